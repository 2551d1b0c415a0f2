// SPDX-License-Identifier: Apache-2.0

package stepImpl

import (
	"slices"
	"testing"
	"time"

	"github.com/getgauge-contrib/gauge-go/models"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/json"
	"sigs.k8s.io/yaml"
)

func object(t *testing.T, text string) map[string]any {
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	var result map[string]any
	if err := json.Unmarshal(data, &result); err != nil { // numbers become int64, as they do in the client
		t.Fatal(err)
	}
	return result
}

func tableOf(headers []string, rows ...[]string) *models.Table {
	table := &models.Table{Headers: &models.TableRow{Cells: headers}}
	for _, row := range rows {
		table.Rows = append(table.Rows, &models.TableRow{Cells: row})
	}
	return table
}

func TestRowsAreTheSameInAnyOrder(t *testing.T) {
	table := tableOf([]string{"name", "value"}, []string{"b", "2"}, []string{"a", "1"})
	if err := sameRows("results", table, []string{"a | 1", "b | 2"}); err != nil {
		t.Error(err)
	}
}

func TestARowTooManyTooFewTwiceOrOtherwiseIsAnError(t *testing.T) {
	table := tableOf([]string{"name", "value"}, []string{"a", "1"}, []string{"b", "2"})
	for _, found := range [][]string{nil, {"a | 1"}, {"a | 1", "b | 2", "c | 3"}, {"a | 1", "a | 1"}, {"a | 1", "b | 3"}} {
		expectError(t, sameRows("results", table, found), "results: expected [a | 1; b | 2], found [")
	}
}

func TestValuesArePrintedAsUsersWriteThem(t *testing.T) {
	list := items(object(t, `
results:
- {name: text, value: "a b"}
- {name: list, value: ["x", "y z"]}
- {name: map, value: {k: v, a: b}}
`), "results")
	expected := []string{"text | a b", `list | ["x","y z"]`, `map | {"a":"b","k":"v"}`}
	if found := namedValues(list); !slices.Equal(found, expected) {
		t.Error(found)
	}
	if namedValue(list, "list") != `["x","y z"]` || namedValue(list, "absent") != "" {
		t.Error("namedValue")
	}
}

func TestOnlyTheConditionSucceededCounts(t *testing.T) {
	status, reason, message := succeeded(object(t, `
status:
  conditions:
  - {type: Ready, status: "True", reason: Fine}
  - {type: Succeeded, status: "False", reason: TaskRunTimeout, message: too slow}
`))
	if status != "False" || reason != "TaskRunTimeout" || message != "too slow" {
		t.Error(status, reason, message)
	}
	if status, _, _ := succeeded(map[string]any{}); status != "" {
		t.Error(status)
	}
}

func TestStepsThatDidNotEndAreSeen(t *testing.T) {
	found := endedSteps(object(t, `
status:
  steps:
  - {name: one, terminationReason: Completed, terminated: {exitCode: 0}}
  - {name: two, terminationReason: Error, terminated: {exitCode: 3}}
  - {name: three, running: {}}
`))
	if !slices.Equal(found, []string{"one | 0 | Completed", "two | 3 | Error", "three | still running"}) {
		t.Error(found)
	}
}

func TestTheDurationOfARunIsItsOwnAccount(t *testing.T) {
	run := &unstructured.Unstructured{Object: object(t, `
status: {startTime: "2026-01-01T00:00:58Z", completionTime: "2026-01-01T00:01:03Z"}
`)}
	if found, err := duration(run); err != nil || found != 5*time.Second {
		t.Error(found, err)
	}
	_, err := duration(&unstructured.Unstructured{Object: object(t, `{metadata: {name: x}, status: {startTime: "2026-01-01T00:00:58Z"}}`)})
	expectError(t, err, "completion time of x")
	_, err = duration(&unstructured.Unstructured{Object: object(t, `{metadata: {name: x}}`)})
	expectError(t, err, "start time of x")
}

func TestWhatContainersWaitForIsTold(t *testing.T) {
	found := containersText(object(t, `
status:
  initContainerStatuses:
  - {name: prepare, state: {terminated: {reason: Completed}}}
  containerStatuses:
  - {name: step-a, state: {waiting: {reason: ImagePullBackOff, message: no such image}}}
  - {name: step-b, state: {terminated: {reason: OOMKilled}}}
`))
	if found != ", step-a waiting: ImagePullBackOff no such image, step-b terminated: OOMKilled " {
		t.Errorf("%q", found)
	}
}
