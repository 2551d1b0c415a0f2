// SPDX-License-Identifier: Apache-2.0

package stepImpl

import (
	"context"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/onsi/gomega"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gotest.tools/v3/icmd"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// titled runs a test under the name that it has in the suite that is played.
func titled(t *testing.T, body func(t *testing.T)) { t.Run(os.Getenv("CHECK_TITLE"), body) }

func fails(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestCreate(t *testing.T) {
	titled(t, func(t *testing.T) {
		_, _, err := create()
		fails(t, err)
	})
}

func TestGet(t *testing.T)        { titled(t, func(t *testing.T) { fails(t, get()) }) }
func TestRun(t *testing.T)        { titled(t, func(t *testing.T) { fails(t, runSucceeds()) }) }
func TestPod(t *testing.T)        { titled(t, func(t *testing.T) { fails(t, podCompletes()) }) }
func TestDeployment(t *testing.T) { titled(t, func(t *testing.T) { fails(t, deploymentReady()) }) }

// A wait that does not say for what.
func TestEventually(t *testing.T) {
	titled(t, func(t *testing.T) {
		_, err := waitQuietly()
		require.NoError(t, err)
	})
}

// A command line as release-tests runs them.
func TestCommand(t *testing.T) {
	titled(t, func(t *testing.T) {
		icmd.RunCmd(icmd.Cmd{Command: []string{"sh", "-c", os.Getenv("CHECK_COMMAND")}, Timeout: setting("CHECK_TIMEOUT", time.Minute)}).
			Assert(t, icmd.Success)
	})
}

// A program that is called directly.
func TestProgram(t *testing.T) {
	titled(t, func(t *testing.T) {
		result := icmd.RunCommand(strings.Fields(os.Getenv("CHECK_COMMAND"))[0], strings.Fields(os.Getenv("CHECK_COMMAND"))[1:]...)
		require.NoError(t, result.Error, result.Combined())
	})
}

// Results of a run, CHECK_WANT is "name=value".
func results(t *testing.T) (found, want map[string]string) {
	run, err := finished()
	require.NoError(t, err)
	found, want = map[string]string{}, map[string]string{}
	for _, result := range items(run.Object, "status.results") {
		found[result["name"].(string)], _ = result["value"].(string)
	}
	for _, pair := range strings.Fields(os.Getenv("CHECK_WANT")) {
		name, value, _ := strings.Cut(pair, "=")
		want[name] = value
	}
	return found, want
}

func TestResultsPlain(t *testing.T) {
	titled(t, func(t *testing.T) {
		found, want := results(t)
		for name, value := range want {
			if found[name] != value {
				t.Errorf("result %s = %q, want %q", name, found[name], value)
			}
		}
	})
}

func TestResultsDiff(t *testing.T) {
	titled(t, func(t *testing.T) {
		found, want := results(t)
		if d := cmp.Diff(want, found); d != "" {
			t.Fatalf("results differ (-want, +got): %s", d)
		}
	})
}

func TestResultsTestify(t *testing.T) {
	titled(t, func(t *testing.T) {
		found, want := results(t)
		assert.Equal(t, want, found)
	})
}

func TestResultsGomega(t *testing.T) {
	titled(t, func(t *testing.T) {
		found, want := results(t)
		gomega.NewWithT(t).Expect(found).To(gomega.Equal(want))
	})
}

// The first result, as a test reads it that does not expect that there is none.
func TestResultsFirst(t *testing.T) {
	titled(t, func(t *testing.T) {
		run, err := finished()
		require.NoError(t, err)
		t.Log(items(run.Object, "status.results")[0]["value"].(string))
	})
}

// The owner that a CustomRun of the run names, the same way.
func TestResultsOwner(t *testing.T) {
	titled(t, func(t *testing.T) {
		_, err := finished()
		require.NoError(t, err)
		client, err := connect()
		require.NoError(t, err)
		runs, err := client.Resource(schema.GroupVersionResource{Group: "tekton.dev", Version: "v1beta1", Resource: "customruns"}).
			Namespace(namespace).List(context.Background(), metav1.ListOptions{})
		require.NoError(t, err)
		fields := runs.Items[0].Object["status"].(map[string]any)["extraFields"].(map[string]any)
		t.Log(fields["owner"].(map[string]any)["name"].(string))
	})
}

func statusOf(t *testing.T) string {
	run, err := finished()
	require.NoError(t, err)
	status, _ := condition(run, "Succeeded")
	return status
}

func TestFailsPlain(t *testing.T) {
	titled(t, func(t *testing.T) {
		if found := statusOf(t); found != "False" {
			t.Fatalf("expected the run to fail, but its status is Succeeded=%s", found)
		}
	})
}

func TestFailsTestify(t *testing.T) {
	titled(t, func(t *testing.T) { assert.Equal(t, "False", statusOf(t), "the run must fail") })
}

func TestFailsGomega(t *testing.T) {
	titled(t, func(t *testing.T) { gomega.NewWithT(t).Expect(statusOf(t)).To(gomega.Equal("False")) })
}

func TestFetch(t *testing.T) {
	titled(t, func(t *testing.T) {
		client := http.Client{Timeout: setting("CHECK_REQUEST_TIMEOUT", 10*time.Second)}
		response, err := client.Get(os.Getenv("CHECK_URL"))
		require.NoError(t, err)
		defer response.Body.Close()
		require.Equal(t, http.StatusOK, response.StatusCode)
	})
}

func TestLookup(t *testing.T) {
	titled(t, func(t *testing.T) {
		if _, err := (&net.Resolver{PreferGo: true}).LookupHost(context.Background(), os.Getenv("CHECK_URL")); err != nil {
			t.Fatalf("resolving the host of the event sink: %v", err)
		}
	})
}

// A test that only counts: nothing says why.
func TestBare(t *testing.T) {
	titled(t, func(t *testing.T) { t.Fail() })
}

// A test that never ends, for the runner's own time limit.
func TestWaits(t *testing.T) {
	titled(t, func(t *testing.T) { <-make(chan struct{}) })
}
