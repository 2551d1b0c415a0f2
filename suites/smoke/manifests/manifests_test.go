// SPDX-License-Identifier: Apache-2.0

package manifests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func names(t *testing.T) []string {
	entries, err := files.ReadDir(".")
	if err != nil || len(entries) == 0 {
		t.Fatalf("no manifests: %v", err)
	}
	var result []string
	for _, entry := range entries {
		result = append(result, entry.Name())
	}
	return result
}

func TestEveryManifestLoadsWithNothingLeftToReplace(t *testing.T) {
	for _, name := range names(t) {
		objects, err := Load(name, map[string]string{"IMAGE": "image-of-a-step", "NAMESPACE": "some-namespace"})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for _, object := range objects {
			text, err := object.MarshalJSON()
			if err != nil || strings.Contains(string(text), "${") {
				t.Errorf("%s: %s: %v", name, text, err)
			}
		}
	}
}

func TestTheImageOfEveryStepIsReplaced(t *testing.T) {
	objects, err := Load("task-timeout.yaml", map[string]string{"IMAGE": "mirror.example/busybox:1"})
	if err != nil || len(objects) != 1 {
		t.Fatalf("%d objects: %v", len(objects), err)
	}
	text, _ := objects[0].MarshalJSON()
	if !strings.Contains(string(text), `"image":"mirror.example/busybox:1"`) {
		t.Error(string(text))
	}
}

func TestEveryManifestIsUsed(t *testing.T) {
	var used strings.Builder
	for _, pattern := range []string{"../specs/*.spec", "../stepImpl/*.go"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatalf("%s: %d files, %v", pattern, len(found), err)
		}
		for _, path := range found {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			used.Write(data)
		}
	}
	for _, name := range names(t) {
		if !strings.Contains(used.String(), `"`+name+`"`) {
			t.Errorf("%s is created by no scenario", name)
		}
	}
}

func TestAManifestThatIsNotThereIsNamed(t *testing.T) {
	_, err := Load("absent.yaml", nil)
	if err == nil || err.Error() != "no manifest absent.yaml in manifests/" {
		t.Error(err)
	}
}

func TestTextThatIsNoObjectIsRefused(t *testing.T) {
	for text, message := range map[string]string{
		"kind: Task\n":                             "manifest m, document 1: kind or metadata.name is missing",
		"metadata: {name: x}\n":                    "manifest m, document 1: kind or metadata.name is missing",
		"kind: A\nmetadata: {name: x}\n---\n- 1\n": "manifest m, document 2: ",
		"kind: A\nkind: B\n":                       "manifest m, document 1: ",
	} {
		if _, err := parse("m", text); err == nil || !strings.HasPrefix(err.Error(), message) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
