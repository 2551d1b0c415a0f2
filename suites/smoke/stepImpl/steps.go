// SPDX-License-Identifier: Apache-2.0

// Package stepImpl is what the steps of specs/*.spec do. The run itself is Tekton's: the steps create what a user would create and
// look at what a user would see.
package stepImpl

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/getgauge-contrib/gauge-go/gauge"
	"github.com/getgauge-contrib/gauge-go/models"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

var _ = gauge.Step("Create <manifest>", func(manifest string) { check(create(manifest)) })

var _ = gauge.Step("Creating <manifest> is refused: <message>", func(manifest, message string) { check(refused(manifest, message)) })

var _ = gauge.Step("TaskRun <name> succeeds", func(name string) { check(endsWith("TaskRun", name, "True", "Succeeded")) })

var _ = gauge.Step("TaskRun <name> fails with reason <reason>", func(name, reason string) {
	check(endsWith("TaskRun", name, "False", reason))
})

var _ = gauge.Step("PipelineRun <name> succeeds with reason <reason>", func(name, reason string) {
	check(endsWith("PipelineRun", name, "True", reason))
})

var _ = gauge.Step("PipelineRun <name> fails with reason <reason>", func(name, reason string) {
	check(endsWith("PipelineRun", name, "False", reason))
})

var _ = gauge.Step("The message of TaskRun <name> has <text>", func(name, text string) { check(messageHas("TaskRun", name, text)) })

var _ = gauge.Step("The message of PipelineRun <name> has <text>", func(name, text string) {
	check(messageHas("PipelineRun", name, text))
})

var _ = gauge.Step("The results of TaskRun <name> are <table>", func(name string, table *models.Table) {
	check(hasRows("TaskRun", name, "status.results", table))
})

var _ = gauge.Step("The results of PipelineRun <name> are <table>", func(name string, table *models.Table) {
	check(hasRows("PipelineRun", name, "status.results", table))
})

var _ = gauge.Step("The steps of TaskRun <name> ended <table>", func(name string, table *models.Table) { check(stepsEnded(name, table)) })

var _ = gauge.Step("The Tasks of PipelineRun <name> ended <table>", func(name string, table *models.Table) {
	check(tasksEnded(name, table))
})

var _ = gauge.Step("PipelineRun <name> skipped <table>", func(name string, table *models.Table) { check(skipped(name, table)) })

var _ = gauge.Step("Task <task> of PipelineRun <name> ran with <table>", func(task, name string, table *models.Table) {
	check(ranWith(name, task, table))
})

var _ = gauge.Step("TaskRun <name> was tried again after <table>", func(name string, table *models.Table) {
	check(triedAfter(name, table))
})

var _ = gauge.Step("TaskRun <name> took between <least> and <most>", func(name, least, most string) {
	check(took("TaskRun", name, least, most))
})

var _ = gauge.Step("PipelineRun <name> took between <least> and <most>", func(name, least, most string) {
	check(took("PipelineRun", name, least, most))
})

func refused(manifest, message string) error {
	err := create(manifest)
	if err == nil {
		return fmt.Errorf("%s was accepted; expected a refusal: %s", manifest, message)
	}
	if !strings.Contains(err.Error(), message) {
		return fmt.Errorf("%s: expected a refusal that says %q, found: %w", manifest, message, err)
	}
	return nil
}

func messageHas(kind, name, text string) error {
	run, err := get(kind, name)
	if err != nil {
		return err
	}
	if _, _, message := succeeded(run.Object); !strings.Contains(message, text) {
		return fmt.Errorf("message of %s %s: expected %q in it, found %q", kind, name, text, message)
	}
	return nil
}

// hasRows compares a list of {name, value} of a run with a table of those two columns.
func hasRows(kind, name, path string, table *models.Table) error {
	run, err := get(kind, name)
	if err != nil {
		return err
	}
	return sameRows(fmt.Sprintf("%s of %s %s", path, kind, name), table, namedValues(items(run.Object, path)))
}

// stepsEnded compares the steps of a TaskRun with a table of name, exit code and reason.
func stepsEnded(name string, table *models.Table) error {
	run, err := get("TaskRun", name)
	if err != nil {
		return err
	}
	return sameRows("steps of TaskRun "+name, table, endedSteps(run.Object))
}

func endedSteps(run map[string]any) []string {
	var rows []string
	for _, step := range items(run, "status.steps") {
		name := fmt.Sprint(step["name"])
		code, ended, _ := unstructured.NestedInt64(step, "terminated", "exitCode")
		if !ended {
			rows = append(rows, rowText([]string{name, "still running"}))
			continue
		}
		rows = append(rows, rowText([]string{name, fmt.Sprint(code), fmt.Sprint(step["terminationReason"])}))
	}
	return rows
}

// tasksEnded compares all TaskRuns of a PipelineRun with a table of Task, status and reason of the Succeeded condition.
func tasksEnded(name string, table *models.Table) error {
	runs, err := list(context.Background(), "TaskRun", pipelineRunLabel, name)
	if err != nil {
		return err
	}
	var rows []string
	for _, run := range runs {
		status, reason, _ := succeeded(run.Object)
		rows = append(rows, rowText([]string{run.GetLabels()[pipelineTaskLabel], status, reason}))
	}
	return sameRows("Tasks of PipelineRun "+name, table, rows)
}

// skipped compares what a PipelineRun says that it skipped with a table of Task and reason.
func skipped(name string, table *models.Table) error {
	run, err := get("PipelineRun", name)
	if err != nil {
		return err
	}
	var rows []string
	for _, task := range items(run.Object, "status.skippedTasks") {
		rows = append(rows, rowText([]string{fmt.Sprint(task["name"]), fmt.Sprint(task["reason"])}))
	}
	return sameRows("skipped Tasks of PipelineRun "+name, table, rows)
}

// ranWith compares the TaskRuns of one Task with a table: a row each, a column for each param ("param x") or result ("result y").
func ranWith(name, task string, table *models.Table) error {
	runs, err := taskRunsOf(name, task)
	if err != nil {
		return err
	}
	var rows []string
	for _, run := range runs {
		var cells []string
		for _, column := range table.Headers.Cells {
			source, value, _ := strings.Cut(column, " ")
			path, known := map[string]string{"param": "spec.params", "result": "status.results"}[source]
			if !known {
				return fmt.Errorf("column %q: expected one that begins with param or result", column)
			}
			cells = append(cells, namedValue(items(run.Object, path), value))
		}
		rows = append(rows, rowText(cells))
	}
	return sameRows(fmt.Sprintf("Task %s of PipelineRun %s", task, name), table, rows)
}

// triedAfter compares the earlier attempts of a TaskRun with a table of step, exit code and reason.
func triedAfter(name string, table *models.Table) error {
	run, err := get("TaskRun", name)
	if err != nil {
		return err
	}
	var rows []string
	for _, attempt := range items(run.Object, "status.retriesStatus") {
		rows = append(rows, endedSteps(map[string]any{"status": attempt})...)
	}
	return sameRows("earlier attempts of TaskRun "+name, table, rows)
}

func took(kind, name, least, most string) error {
	low, err := time.ParseDuration(least)
	if err != nil {
		return err
	}
	high, err := time.ParseDuration(most)
	if err != nil {
		return err
	}
	run, err := get(kind, name)
	if err != nil {
		return err
	}
	found, err := duration(run)
	if err != nil {
		return err
	}
	if found < low || found > high {
		return fmt.Errorf("%s %s took %s; expected between %s and %s", kind, name, found, low, high)
	}
	return nil
}
