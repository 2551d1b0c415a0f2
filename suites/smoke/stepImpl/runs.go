// SPDX-License-Identifier: Apache-2.0

package stepImpl

import (
	"context"
	"fmt"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

const (
	pipelineRunLabel  = "tekton.dev/pipelineRun"
	pipelineTaskLabel = "tekton.dev/pipelineTask"
)

// succeeded returns the status, reason and message of a run's Succeeded condition; status is "" while there is none.
func succeeded(object map[string]any) (status, reason, message string) {
	for _, condition := range items(object, "status.conditions") {
		if condition["type"] == "Succeeded" {
			status, _ = condition["status"].(string)
			reason, _ = condition["reason"].(string)
			message, _ = condition["message"].(string)
		}
	}
	return status, reason, message
}

func get(kind, name string) (*unstructured.Unstructured, error) {
	return under.of(kind, namespace).Get(context.Background(), name, metav1.GetOptions{})
}

// list returns the scenario's objects of a kind, narrowed by labels given as pairs of key and value.
func list(ctx context.Context, kind string, labels ...string) ([]unstructured.Unstructured, error) {
	var selector []string
	for i := 0; i+1 < len(labels); i += 2 {
		selector = append(selector, labels[i]+"="+labels[i+1])
	}
	found, err := under.of(kind, namespace).List(ctx, metav1.ListOptions{LabelSelector: strings.Join(selector, ",")})
	if err != nil {
		return nil, err
	}
	return found.Items, nil
}

// finished waits until a run has ended and returns it.
func finished(kind, name string) (*unstructured.Unstructured, error) {
	var run *unstructured.Unstructured
	err := eventually(fmt.Sprintf("the end of %s %s", kind, name), func(ctx context.Context) (bool, error) {
		found, err := under.of(kind, namespace).Get(ctx, name, metav1.GetOptions{})
		if err != nil {
			return false, err
		}
		run = found
		status, _, _ := succeeded(found.Object)
		return (status == "True" || status == "False") && field(found, "status.completionTime") != "", nil
	})
	if err != nil {
		return nil, fmt.Errorf("%w\n%s", err, describe())
	}
	return run, nil
}

// endsWith expects a run to end with a status of its Succeeded condition and a reason.
func endsWith(kind, name, wantStatus, wantReason string) error {
	run, err := finished(kind, name)
	if err != nil {
		return err
	}
	status, reason, message := succeeded(run.Object)
	if status == wantStatus && reason == wantReason {
		return nil
	}
	return fmt.Errorf("%s %s: expected Succeeded=%s %s, found Succeeded=%s %s: %s\n%s", kind, name, wantStatus, wantReason, status,
		reason, message, describe())
}

// duration returns how long a finished run took by its own account.
func duration(run *unstructured.Unstructured) (time.Duration, error) {
	start, err := time.Parse(time.RFC3339, field(run, "status.startTime"))
	if err != nil {
		return 0, fmt.Errorf("start time of %s: %w", run.GetName(), err)
	}
	end, err := time.Parse(time.RFC3339, field(run, "status.completionTime"))
	if err != nil {
		return 0, fmt.Errorf("completion time of %s: %w", run.GetName(), err)
	}
	return end.Sub(start), nil
}

// taskRunsOf returns the TaskRuns of one Task of a PipelineRun.
func taskRunsOf(pipelineRun, task string) ([]unstructured.Unstructured, error) {
	runs, err := list(context.Background(), "TaskRun", pipelineRunLabel, pipelineRun, pipelineTaskLabel, task)
	if err == nil && len(runs) == 0 {
		return nil, fmt.Errorf("PipelineRun %s has no TaskRun for its Task %s\n%s", pipelineRun, task, describe())
	}
	return runs, err
}

// describe says in a few lines how far the scenario's runs and pods are, for the one who reads the failure.
func describe() string {
	lines := []string{"state of namespace " + namespace + ":"}
	for _, kind := range []string{"PipelineRun", "TaskRun"} {
		runs, err := list(context.Background(), kind)
		if err != nil {
			lines = append(lines, fmt.Sprintf("  %ss cannot be listed: %v", kind, err))
		}
		for _, run := range runs {
			status, reason, message := succeeded(run.Object)
			lines = append(lines, fmt.Sprintf("  %s %s: Succeeded=%q %s: %s", kind, run.GetName(), status, reason, message))
		}
	}
	pods, err := list(context.Background(), "Pod")
	if err != nil {
		lines = append(lines, fmt.Sprintf("  pods cannot be listed: %v", err))
	}
	for _, pod := range pods {
		lines = append(lines, "  Pod "+pod.GetName()+": "+field(&pod, "status.phase")+containersText(pod.Object))
	}
	return strings.Join(lines, "\n")
}

// containersText prints what the containers of a pod wait for or ended with.
func containersText(pod map[string]any) string {
	var text strings.Builder
	for _, path := range []string{"status.initContainerStatuses", "status.containerStatuses"} {
		for _, status := range items(pod, path) {
			for _, state := range []string{"waiting", "terminated"} {
				reason, _, _ := unstructured.NestedString(status, "state", state, "reason")
				message, _, _ := unstructured.NestedString(status, "state", state, "message")
				if reason != "" && reason != "Completed" {
					fmt.Fprintf(&text, ", %s %s: %s %.200s", status["name"], state, reason, message)
				}
			}
		}
	}
	return text.String()
}
