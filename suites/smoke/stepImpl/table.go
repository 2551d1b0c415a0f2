// SPDX-License-Identifier: Apache-2.0

package stepImpl

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/getgauge-contrib/gauge-go/models"
)

// rowsOf returns the table's rows, each as one line, in the order of the text.
func rowsOf(table *models.Table) []string {
	var rows []string
	for _, row := range table.Rows {
		rows = append(rows, rowText(row.Cells))
	}
	slices.Sort(rows)
	return rows
}

func rowText(cells []string) string { return strings.Join(cells, " | ") }

// sameRows compares a table with what the cluster has, whatever the order: no row too many, none too few.
func sameRows(what string, table *models.Table, found []string) error {
	expected := rowsOf(table)
	slices.Sort(found)
	if slices.Equal(expected, found) {
		return nil
	}
	return fmt.Errorf("%s: expected [%s], found [%s]", what, strings.Join(expected, "; "), strings.Join(found, "; "))
}

// valueText prints the value of a param or result: a string as it is, an array or object as compact JSON with sorted keys.
func valueText(value any) string {
	if text, ok := value.(string); ok {
		return text
	}
	data, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	return string(data)
}

// namedValues prints a list of {name, value} as rows.
func namedValues(list []map[string]any) []string {
	var rows []string
	for _, entry := range list {
		rows = append(rows, rowText([]string{fmt.Sprint(entry["name"]), valueText(entry["value"])}))
	}
	return rows
}

// namedValue returns the text of the value called name, or "" if the list has none.
func namedValue(list []map[string]any, name string) string {
	for _, entry := range list {
		if entry["name"] == name {
			return valueText(entry["value"])
		}
	}
	return ""
}
