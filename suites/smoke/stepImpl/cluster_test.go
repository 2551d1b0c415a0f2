// SPDX-License-Identifier: Apache-2.0

package stepImpl

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// useServer makes KUBECONFIG lead to a server.
func useServer(t *testing.T, server string) {
	path := filepath.Join(t.TempDir(), "kubeconfig")
	text := `apiVersion: v1
kind: Config
clusters: [{name: it, cluster: {server: "` + server + `"}}]
contexts: [{name: it, context: {cluster: it}}]
current-context: it
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", path)
}

func expectError(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; expected one with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("expected %q in: %v", part, err)
		}
	}
}

func TestNoKubeconfigIsAnErrorThatNamesThePath(t *testing.T) {
	t.Setenv("KUBECONFIG", "/absent/kubeconfig")
	_, err := connect()
	expectError(t, err, "/absent/kubeconfig")
}

func TestAServerThatRefusesIsNamed(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	useServer(t, "http://"+listener.Addr().String())
	_, err = connect()
	expectError(t, err, "cannot use the cluster under test at http://"+listener.Addr().String(), "connection refused")
}

func TestAServerThatDoesNotAnswerIsNamedInTime(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	useServer(t, "http://"+listener.Addr().String())
	start := time.Now()
	_, err = connect()
	expectError(t, err, "cannot use the cluster under test at http://"+listener.Addr().String())
	if took := time.Since(start); took > 15*time.Second {
		t.Errorf("took %s", took)
	}
}

func TestAClusterWithoutTektonIsToldApart(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	useServer(t, server.URL)
	_, err := connect()
	expectError(t, err, "the cluster under test at "+server.URL+" has no Tekton Pipelines")
}

func TestAClusterThatDoesNotLetUsInIsToldApart(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "Forbidden", "code": 403, "message": "not you"}`))
	}))
	defer server.Close()
	useServer(t, server.URL)
	_, err := connect()
	expectError(t, err, "cannot use the cluster under test at "+server.URL, "not you")
}

func TestAClusterWithTektonIsTaken(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		if request.URL.Path != "/apis/tekton.dev/v1/namespaces/default/pipelineruns" {
			t.Errorf("asked for %s", request.URL.Path)
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"kind": "PipelineRunList", "apiVersion": "tekton.dev/v1", "items": []}`))
	}))
	defer server.Close()
	useServer(t, server.URL)
	found, err := connect()
	if err != nil || found.server != server.URL {
		t.Errorf("%+v, %v", found, err)
	}
}

func TestWhatComesTrueInTimeIsNoError(t *testing.T) {
	asked := 0
	err := eventually("the third time", func(context.Context) (bool, error) {
		asked++
		if asked == 2 {
			return false, errors.New("a hiccup")
		}
		return asked == 3, nil
	})
	if err != nil || asked != 3 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

func TestWhatNeverComesTrueEndsWithTheLastError(t *testing.T) {
	t.Setenv("SMOKE_TIMEOUT", "300ms")
	err := eventually("rain", func(context.Context) (bool, error) { return false, errors.New("no cloud") })
	expectError(t, err, "rain: not within 300ms", "no cloud")
}

func TestAnAnswerWithAnErrorIsNotTrue(t *testing.T) {
	t.Setenv("SMOKE_TIMEOUT", "300ms")
	err := eventually("rain", func(context.Context) (bool, error) { return true, errors.New("no cloud") })
	expectError(t, err, "no cloud")
}

func TestATimeoutThatIsNoDurationIsRefused(t *testing.T) {
	for _, text := range []string{"60", "-1s", "soon"} {
		t.Setenv("SMOKE_TIMEOUT", text)
		func() {
			defer func() {
				err, _ := recover().(error)
				expectError(t, err, "SMOKE_TIMEOUT is \""+text+"\"")
			}()
			waitTimeout()
		}()
	}
}

func TestFieldsThatAreMissingAreEmpty(t *testing.T) {
	object := &unstructured.Unstructured{Object: map[string]any{"a": map[string]any{"b": "c", "list": []any{map[string]any{"d": "e"}, "f"}}}}
	if field(object, "a.b") != "c" || field(object, "a.x") != "" || field(object, "x.y.z") != "" {
		t.Error("field")
	}
	if found := items(object.Object, "a.list"); len(found) != 1 || found[0]["d"] != "e" {
		t.Error(found)
	}
	if found := items(object.Object, "a.b"); found != nil {
		t.Error(found)
	}
}
