// SPDX-License-Identifier: Apache-2.0

package stepImpl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
)

// items returns the maps of the list at a path separated by dots.
func items(object map[string]any, path string) []map[string]any {
	list, _, _ := unstructured.NestedSlice(object, strings.Split(path, ".")...)
	var result []map[string]any
	for _, item := range list {
		if m, ok := item.(map[string]any); ok {
			result = append(result, m)
		}
	}
	return result
}

// condition returns the status, and reason with message, of an object's condition.
func condition(object *unstructured.Unstructured, kind string) (status, text string) {
	for _, found := range items(object.Object, "status.conditions") {
		if found["type"] == kind {
			return fmt.Sprint(found["status"]), fmt.Sprintf("%v: %v", found["reason"], found["message"])
		}
	}
	return "", "no condition " + kind
}

// waitFor creates the manifest's objects and polls the last one until done; the error of a wait that ended without says how far it was.
func waitFor(done func(*unstructured.Unstructured) bool) (*unstructured.Unstructured, error) {
	object, in, err := create()
	if err != nil {
		return nil, err
	}
	return poll(in, object.GetKind(), object.GetName(), done)
}

func poll(in dynamic.ResourceInterface, kind, name string, done func(*unstructured.Unstructured) bool) (*unstructured.Unstructured, error) {
	var found *unstructured.Unstructured
	var last error
	err := wait.PollUntilContextTimeout(context.Background(), pollInterval, setting("CHECK_TIMEOUT", time.Minute), true,
		func(ctx context.Context) (bool, error) {
			got, err := in.Get(ctx, name, metav1.GetOptions{})
			if err == nil {
				found, last = got, nil
			} else if ctx.Err() == nil { // or the deadline would hide the reason
				last = err
			}
			return err == nil && done(got), nil
		})
	if err == nil {
		return found, nil
	}
	return nil, fmt.Errorf("waiting for %s %s: %w%s", kind, name, errors.Join(err, last), describe())
}

// finished creates a run and waits for its end.
func finished() (*unstructured.Unstructured, error) {
	return waitFor(func(run *unstructured.Unstructured) bool {
		status, _ := condition(run, "Succeeded")
		return status == "True" || status == "False"
	})
}

func runSucceeds() error {
	run, err := finished()
	if err != nil {
		return err
	}
	if status, text := condition(run, "Succeeded"); status != "True" {
		return fmt.Errorf("%s %s failed: %s%s", run.GetKind(), run.GetName(), text, describe())
	}
	return nil
}

// waitQuietly polls as many helpers do: its error is that of the wait alone.
func waitQuietly() (*unstructured.Unstructured, error) {
	object, in, err := create()
	if err != nil {
		return nil, err
	}
	return object, wait.PollUntilContextTimeout(context.Background(), pollInterval, setting("CHECK_TIMEOUT", time.Minute), true,
		func(ctx context.Context) (bool, error) {
			found, err := in.Get(ctx, object.GetName(), metav1.GetOptions{})
			if err != nil {
				return false, nil
			}
			status, _ := condition(found, "Ready")
			return status == "True", nil
		})
}

// podCompletes creates a pod and waits until it has ended well.
func podCompletes() error {
	pod, err := waitFor(func(pod *unstructured.Unstructured) bool {
		phase, _, _ := unstructured.NestedString(pod.Object, "status", "phase")
		return phase == "Succeeded" || phase == "Failed"
	})
	if err != nil {
		return err
	}
	if phase, _, _ := unstructured.NestedString(pod.Object, "status", "phase"); phase != "Succeeded" {
		return fmt.Errorf("pod %s is %s%s", pod.GetName(), phase, describe())
	}
	return nil
}

// deploymentReady waits until CHECK_OBJECT, a Deployment as "namespace/name", is available.
func deploymentReady() error {
	in, name, _ := strings.Cut(os.Getenv("CHECK_OBJECT"), "/")
	client, err := connect()
	if err != nil {
		return err
	}
	deployments := client.Resource(schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}).Namespace(in)
	_, err = poll(deployments, "Deployment", name, func(deployment *unstructured.Unstructured) bool {
		status, _ := condition(deployment, "Available")
		return status == "True"
	})
	return err
}

// logs returns a container's last lines.
func logs(pod, container string) string {
	out, _ := exec.Command("kubectl", "--namespace", namespace, "logs", pod, "--container", container, "--tail=15").CombinedOutput()
	return strings.TrimRight(string(out), "\n")
}

// describe says in a few lines what the namespace's pods wait for or ended with, and why they were not started.
func describe() string {
	client, err := connect()
	if err != nil {
		return ""
	}
	pods, err := client.Resource(schema.GroupVersionResource{Version: "v1", Resource: "pods"}).Namespace(namespace).
		List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return ""
	}
	var text strings.Builder
	for _, pod := range pods.Items {
		phase, _, _ := unstructured.NestedString(pod.Object, "status", "phase")
		fmt.Fprintf(&text, "\n  pod %s: %s", pod.GetName(), phase)
		for _, name := range []string{"reason", "message"} {
			if said, _, _ := unstructured.NestedString(pod.Object, "status", name); said != "" {
				fmt.Fprintf(&text, " %s", said)
			}
		}
		if status, why := condition(&pod, "PodScheduled"); status == "False" {
			fmt.Fprintf(&text, "\n    %s", why)
		}
		for _, container := range append(items(pod.Object, "status.initContainerStatuses"), items(pod.Object, "status.containerStatuses")...) {
			for _, state := range []string{"waiting", "terminated"} {
				said, found, _ := unstructured.NestedMap(container, "state", state)
				if !found || said["reason"] == "Completed" {
					continue
				}
				fmt.Fprintf(&text, "\n    container %v %s: %v", container["name"], state, said["reason"])
				if message, _ := said["message"].(string); message != "" && message[0] != '[' { // Tekton keeps JSON there
					fmt.Fprintf(&text, ": %s", message)
				}
				if state == "terminated" {
					fmt.Fprintf(&text, ", exit code %v\n%s", said["exitCode"], logs(pod.GetName(), fmt.Sprint(container["name"])))
				}
			}
		}
	}
	return text.String()
}
