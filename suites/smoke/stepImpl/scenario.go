// SPDX-License-Identifier: Apache-2.0

package stepImpl

import (
	"context"
	"fmt"
	"os"

	"github.com/getgauge-contrib/gauge-go/gauge"
	"github.com/getgauge-contrib/gauge-go/gauge_messages"
	"github.com/getgauge-contrib/gauge-go/testsuit"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"streamgate.dev/suites/smoke/manifests"
)

const (
	suiteLabel      = "streamgate.dev/suite"
	suiteName       = "smoke"
	namespacePrefix = "streamgate-smoke-"
)

// under is the cluster under test, and namespace the running scenario's own.
var (
	under     *cluster
	namespace string
)

var _ = gauge.BeforeSuite(func(*gauge_messages.ExecutionInfo) {
	connected, err := connect()
	check(err)
	under = connected
}, []string{}, testsuit.AND)

var _ = gauge.BeforeScenario(func(*gauge_messages.ExecutionInfo) {
	check(makeNamespace())
}, []string{}, testsuit.AND)

var _ = gauge.AfterScenario(func(*gauge_messages.ExecutionInfo) {
	check(removeNamespace())
}, []string{}, testsuit.AND)

// check ends the step with err, if there is one.
func check(err error) {
	if err != nil {
		panic(err)
	}
}

// makeNamespace makes the scenario's namespace and waits for its service account: a pod without one is refused.
func makeNamespace() error {
	wanted := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1",
		"kind":       "Namespace",
		"metadata":   map[string]any{"generateName": namespacePrefix, "labels": map[string]any{suiteLabel: suiteName}},
	}}
	made, err := under.of("Namespace", "").Create(context.Background(), wanted, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("making a namespace at %s: %w", under.server, err)
	}
	namespace = made.GetName()
	return eventually("service account default of namespace "+namespace, func(ctx context.Context) (bool, error) {
		_, err := under.of("ServiceAccount", namespace).Get(ctx, "default", metav1.GetOptions{})
		return err == nil, err
	})
}

func removeNamespace() error {
	if namespace == "" {
		return nil
	}
	name := namespace
	namespace = ""
	return under.of("Namespace", "").Delete(context.Background(), name, metav1.DeleteOptions{})
}

// create makes the objects of a manifest in the scenario's namespace and ends at the first refusal.
func create(manifest string) error {
	image := os.Getenv("SMOKE_IMAGE")
	if image == "" {
		image = "busybox"
	}
	objects, err := manifests.Load(manifest, map[string]string{"IMAGE": image, "NAMESPACE": namespace})
	if err != nil {
		return err
	}
	for _, object := range objects {
		if err := createObject(object); err != nil {
			return err
		}
	}
	return nil
}

func createObject(object *unstructured.Unstructured) error {
	labels := object.GetLabels()
	if labels == nil {
		labels = map[string]string{}
	}
	labels[suiteLabel] = suiteName
	object.SetLabels(labels)
	where := namespace
	if object.GetKind() == "PersistentVolume" {
		where = ""
	}
	_, err := under.of(object.GetKind(), where).Create(context.Background(), object, metav1.CreateOptions{})
	if err != nil {
		return fmt.Errorf("creating %s %s: %w", object.GetKind(), object.GetName(), err)
	}
	return nil
}
