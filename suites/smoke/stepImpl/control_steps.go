// SPDX-License-Identifier: Apache-2.0

package stepImpl

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/getgauge-contrib/gauge-go/gauge"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

var _ = gauge.Step("Provide a volume for claims unless the cluster has a default StorageClass", func() { check(provideVolume()) })

var _ = gauge.Step("Set the status of PipelineRun <name> to <status> while its Task <task> runs", func(name, status, task string) {
	check(stopWhileRunning(name, status, task))
})

var _ = gauge.Step("No pod of PipelineRun <name> is left running", func(name string) {
	check(nothingRuns(pipelineRunLabel, name))
})

var _ = gauge.Step("No pod of TaskRun <name> is left running", func(name string) { check(nothingRuns("tekton.dev/taskRun", name)) })

var _ = gauge.Step("The source of TaskRun <name> is Task <task>", func(name, task string) { check(sourceIs(name, task)) })

// provideVolume makes a volume on the node for the claim of the scenario, where nothing else would provide one.
func provideVolume() error {
	classes, err := under.of("StorageClass", "").List(context.Background(), metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("looking for a default StorageClass: %w", err)
	}
	for _, class := range classes.Items {
		if class.GetAnnotations()["storageclass.kubernetes.io/is-default-class"] == "true" {
			return nil
		}
	}
	return create("volume.yaml")
}

// stopWhileRunning sets spec.status of a PipelineRun as soon as a step of one of its Tasks runs.
func stopWhileRunning(name, status, task string) error {
	err := eventually(fmt.Sprintf("a running step of Task %s of PipelineRun %s", task, name), func(ctx context.Context) (bool, error) {
		runs, err := list(ctx, "TaskRun", pipelineRunLabel, name, pipelineTaskLabel, task)
		if err != nil {
			return false, err
		}
		for _, run := range runs {
			for _, step := range items(run.Object, "status.steps") {
				if step["running"] != nil {
					return true, nil
				}
			}
		}
		return false, nil
	})
	if err != nil {
		return fmt.Errorf("%w\n%s", err, describe())
	}
	patch, err := json.Marshal(map[string]any{"spec": map[string]any{"status": status}})
	if err != nil {
		return err
	}
	_, err = under.of("PipelineRun", namespace).Patch(context.Background(), name, types.MergePatchType, patch, metav1.PatchOptions{})
	return err
}

// nothingRuns expects the pods with a label to be gone, ended or about to be removed.
func nothingRuns(label, value string) error {
	err := eventually(fmt.Sprintf("the end of all pods with %s=%s", label, value), func(ctx context.Context) (bool, error) {
		pods, err := list(ctx, "Pod", label, value)
		if err != nil {
			return false, err
		}
		for _, pod := range pods {
			phase := field(&pod, "status.phase")
			if phase != "Succeeded" && phase != "Failed" && pod.GetDeletionTimestamp() == nil {
				return false, nil
			}
		}
		return true, nil
	})
	if err != nil {
		return fmt.Errorf("%w\n%s", err, describe())
	}
	return nil
}

// sourceIs expects a TaskRun to name the Task of this namespace, by its UID, as where its steps came from.
func sourceIs(name, task string) error {
	run, err := get("TaskRun", name)
	if err != nil {
		return err
	}
	source, err := get("Task", task)
	if err != nil {
		return err
	}
	uri := field(run, "status.provenance.refSource.uri")
	expected := fmt.Sprintf("/namespaces/%s/task/%s@%s", namespace, task, source.GetUID())
	if !strings.HasSuffix(uri, expected) {
		return fmt.Errorf("source of TaskRun %s: expected one that ends with %s, found %q", name, expected, uri)
	}
	return nil
}
