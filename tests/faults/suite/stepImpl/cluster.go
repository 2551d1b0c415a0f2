// SPDX-License-Identifier: Apache-2.0

// Package stepImpl is a small end-to-end suite as people write them: checks that hold on a good cluster. tests/faults runs it against
// clusters with a fault, to learn what its tests say then. What a check is about comes from the environment.
package stepImpl

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/yaml"
)

const pollInterval = 200 * time.Millisecond

var namespace = os.Getenv("CHECK_NAMESPACE")

// setting is a duration from the environment, or what is given.
func setting(name string, otherwise time.Duration) time.Duration {
	if value, err := time.ParseDuration(os.Getenv(name)); err == nil {
		return value
	}
	return otherwise
}

func config() (*rest.Config, error) {
	found, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(clientcmd.NewDefaultClientConfigLoadingRules(), nil).ClientConfig()
	if err != nil {
		return nil, err
	}
	found.Timeout = setting("CHECK_REQUEST_TIMEOUT", 10*time.Second)
	found.QPS = -1
	found.WarningHandler = rest.NoWarnings{}
	return found, nil
}

func connect() (dynamic.Interface, error) {
	found, err := config()
	if err != nil {
		return nil, err
	}
	return dynamic.NewForConfig(found)
}

// resourceOf finds a kind's resource by asking the server; with CHECK_DISCOVERY=off by its name alone, as typed clients do.
func resourceOf(kind schema.GroupVersionKind) (schema.GroupVersionResource, error) {
	if os.Getenv("CHECK_DISCOVERY") == "off" {
		resource, _ := meta.UnsafeGuessKindToResource(kind)
		return resource, nil
	}
	found, err := config()
	if err != nil {
		return schema.GroupVersionResource{}, err
	}
	client, err := discovery.NewDiscoveryClientForConfig(found)
	if err != nil {
		return schema.GroupVersionResource{}, err
	}
	mapping, err := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client)).RESTMapping(kind.GroupKind(), kind.Version)
	if err != nil {
		return schema.GroupVersionResource{}, err
	}
	return mapping.Resource, nil
}

// create makes the objects of the file CHECK_MANIFEST and returns the last of them.
func create() (*unstructured.Unstructured, dynamic.ResourceInterface, error) {
	text, err := os.ReadFile(os.Getenv("CHECK_MANIFEST"))
	if err != nil {
		return nil, nil, err
	}
	client, err := connect()
	if err != nil {
		return nil, nil, err
	}
	var object *unstructured.Unstructured
	var in dynamic.ResourceInterface
	for _, part := range strings.Split(string(text), "\n---\n") {
		object = &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(part), &object.Object); err != nil {
			return nil, nil, err
		}
		resource, err := resourceOf(object.GroupVersionKind())
		if err != nil {
			return nil, nil, err
		}
		in = client.Resource(resource).Namespace(namespace)
		if _, err := in.Create(context.Background(), object, metav1.CreateOptions{FieldValidation: "Strict"}); err != nil {
			return nil, nil, fmt.Errorf("failed to create %s %q: %w", object.GetKind(), object.GetName(), err)
		}
	}
	return object, in, nil
}

// get asks for CHECK_OBJECT: resource, version, group and name, as in "deployments.v1.apps/web".
func get() error {
	what, name, _ := strings.Cut(os.Getenv("CHECK_OBJECT"), "/")
	resource, _ := schema.ParseResourceArg(what)
	if resource == nil {
		return fmt.Errorf("%q names no resource", what)
	}
	client, err := connect()
	if err != nil {
		return err
	}
	_, err = client.Resource(*resource).Namespace(namespace).Get(context.Background(), name, metav1.GetOptions{})
	return err
}
