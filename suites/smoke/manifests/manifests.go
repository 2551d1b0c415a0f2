// SPDX-License-Identifier: Apache-2.0

// Package manifests holds what the scenarios create, as users would write it. ${IMAGE} stands for the image of the steps and
// ${NAMESPACE} for the scenario's namespace.
package manifests

import (
	"embed"
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

//go:embed *.yaml
var files embed.FS

// Load returns the objects of the file called name, in its order, with each key of values replaced.
func Load(name string, values map[string]string) ([]*unstructured.Unstructured, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("no manifest %s in manifests/", name)
	}
	text := string(data)
	for key, value := range values {
		text = strings.ReplaceAll(text, "${"+key+"}", value)
	}
	return parse(name, text)
}

func parse(name, text string) ([]*unstructured.Unstructured, error) {
	var objects []*unstructured.Unstructured
	for i, document := range strings.Split(text, "\n---\n") {
		object := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict([]byte(document), &object.Object); err != nil {
			return nil, fmt.Errorf("manifest %s, document %d: %w", name, i+1, err)
		}
		if object.GetKind() == "" || object.GetName() == "" {
			return nil, fmt.Errorf("manifest %s, document %d: kind or metadata.name is missing", name, i+1)
		}
		objects = append(objects, object)
	}
	return objects, nil
}
