// SPDX-License-Identifier: Apache-2.0

package stepImpl

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

const (
	requestTimeout = 10 * time.Second
	pollInterval   = 200 * time.Millisecond
	defaultTimeout = 3 * time.Minute
)

var resources = map[string]schema.GroupVersionResource{
	"ConfigMap":             {Version: "v1", Resource: "configmaps"},
	"Namespace":             {Version: "v1", Resource: "namespaces"},
	"PersistentVolume":      {Version: "v1", Resource: "persistentvolumes"},
	"PersistentVolumeClaim": {Version: "v1", Resource: "persistentvolumeclaims"},
	"Pod":                   {Version: "v1", Resource: "pods"},
	"ServiceAccount":        {Version: "v1", Resource: "serviceaccounts"},
	"StorageClass":          {Group: "storage.k8s.io", Version: "v1", Resource: "storageclasses"},
	"Pipeline":              {Group: "tekton.dev", Version: "v1", Resource: "pipelines"},
	"PipelineRun":           {Group: "tekton.dev", Version: "v1", Resource: "pipelineruns"},
	"StepAction":            {Group: "tekton.dev", Version: "v1beta1", Resource: "stepactions"},
	"Task":                  {Group: "tekton.dev", Version: "v1", Resource: "tasks"},
	"TaskRun":               {Group: "tekton.dev", Version: "v1", Resource: "taskruns"},
}

// cluster is the connection to the cluster under test.
type cluster struct {
	server string
	client dynamic.Interface
}

// connect reads KUBECONFIG (or the pod's own account) and proves that the server answers and has Tekton.
func connect() (*cluster, error) {
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(clientcmd.NewDefaultClientConfigLoadingRules(), nil).ClientConfig()
	if err != nil {
		return nil, fmt.Errorf("no cluster to test, KUBECONFIG is %q: %w", os.Getenv("KUBECONFIG"), err)
	}
	config.Timeout = requestTimeout
	config.QPS = -1
	config.WarningHandler = rest.NoWarnings{}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, fmt.Errorf("KUBECONFIG %q: %w", os.Getenv("KUBECONFIG"), err)
	}
	connected := &cluster{server: config.Host, client: client}
	return connected, connected.probe()
}

// probe asks for a PipelineRun of any name, which tells whether the server can be reached, lets us in, and has Tekton.
func (c *cluster) probe() error {
	_, err := c.of("PipelineRun", "default").List(context.Background(), metav1.ListOptions{Limit: 1})
	switch {
	case err == nil:
		return nil
	case apierrors.IsNotFound(err):
		return fmt.Errorf("the cluster under test at %s has no Tekton Pipelines: %w", c.server, err)
	default:
		return fmt.Errorf("cannot use the cluster under test at %s: %w", c.server, err)
	}
}

// of returns the client for a kind; namespace is "" for cluster-scoped kinds.
func (c *cluster) of(kind, namespace string) dynamic.ResourceInterface {
	resource, known := resources[kind]
	if !known {
		panic(fmt.Errorf("the suite does not know the kind %q", kind))
	}
	if namespace == "" {
		return c.client.Resource(resource)
	}
	return c.client.Resource(resource).Namespace(namespace)
}

// waitTimeout is how long one expectation may take to come true: SMOKE_TIMEOUT.
func waitTimeout() time.Duration {
	text := os.Getenv("SMOKE_TIMEOUT")
	if text == "" {
		return defaultTimeout
	}
	timeout, err := time.ParseDuration(text)
	if err != nil || timeout <= 0 {
		panic(fmt.Errorf("SMOKE_TIMEOUT is %q; expected a duration such as 90s", text))
	}
	return timeout
}

// eventually polls until done says yes. An error of done is tried again until the deadline and then told.
func eventually(what string, done func(context.Context) (bool, error)) error {
	var last error
	timeout := waitTimeout()
	err := wait.PollUntilContextTimeout(context.Background(), pollInterval, timeout, true, func(ctx context.Context) (bool, error) {
		ok, err := done(ctx)
		if err != nil && ctx.Err() == nil {
			last = err
		} else if err == nil {
			last = nil
		}
		return ok && err == nil, nil
	})
	if err == nil {
		return nil
	}
	return errors.Join(fmt.Errorf("%s: not within %s", what, timeout), last)
}

// field returns the string at a path separated by dots, or "".
func field(object *unstructured.Unstructured, path string) string {
	value, _, _ := unstructured.NestedString(object.Object, strings.Split(path, ".")...)
	return value
}

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
