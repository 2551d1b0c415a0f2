// SPDX-License-Identifier: Apache-2.0

// answerer is a small controller under test: it answers every CustomRun of its kind with the result answer=42. With BUG it does so wrongly:
// wrong, succeeds, empty, ownerless, nil-map, nil-pointer, index.
package main

import (
	"context"
	"fmt"
	"os"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
)

var customRuns = schema.GroupVersionResource{Group: "tekton.dev", Version: "v1beta1", Resource: "customruns"}

type answer struct{ text *string }

func main() {
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(clientcmd.NewDefaultClientConfigLoadingRules(), nil).ClientConfig()
	exitOn(err)
	client, err := dynamic.NewForConfig(config)
	exitOn(err)
	runs := client.Resource(customRuns).Namespace(os.Getenv("CHECK_NAMESPACE"))
	for {
		found, err := runs.List(context.Background(), metav1.ListOptions{})
		exitOn(err)
		for _, run := range found.Items {
			if _, done, _ := unstructured.NestedString(run.Object, "status", "completionTime"); !done {
				exitOn(reconcile(runs, &run))
			}
		}
		time.Sleep(200 * time.Millisecond)
	}
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "answerer:", err)
		os.Exit(1)
	}
}

// reconcile answers one run. One that asks for failure fails.
func reconcile(runs dynamic.ResourceInterface, run *unstructured.Unstructured) error {
	fmt.Printf("{\"level\":\"info\",\"logger\":\"answerer\",\"msg\":\"reconciling %s\"}\n", run.GetName())
	asked, _, _ := unstructured.NestedString(run.Object, "spec", "customRef", "name")
	status, reason, text := "True", "Answered", "42"
	if asked == "failure" && os.Getenv("BUG") != "succeeds" {
		status, reason = "False", "Refused"
	}
	if os.Getenv("BUG") == "wrong" {
		text = "41"
	}
	results := []any{map[string]any{"name": "answer", "value": choose(text)}}
	if os.Getenv("BUG") == "empty" {
		results = []any{}
	}
	fields := map[string]any{"owner": map[string]any{"name": "answers"}}
	if os.Getenv("BUG") == "ownerless" {
		delete(fields, "owner")
	}
	now := time.Now().UTC().Format(time.RFC3339)
	run.Object["status"] = map[string]any{
		"startTime": now, "completionTime": now, "results": results, "extraFields": fields,
		"conditions": []any{map[string]any{"type": "Succeeded", "status": status, "reason": reason, "message": "answered " + asked, "lastTransitionTime": now}},
	}
	_, err := runs.UpdateStatus(context.Background(), run, metav1.UpdateOptions{})
	return err
}

// choose returns the text, unless a bug is in its way.
func choose(text string) string {
	var seen map[string]bool
	var given []answer
	switch os.Getenv("BUG") {
	case "nil-map":
		seen[text] = true
	case "nil-pointer":
		return *answer{}.text
	case "index":
		return *given[len(text)].text
	}
	return text
}
