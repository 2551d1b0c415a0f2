// SPDX-License-Identifier: Apache-2.0

package stepImpl

import (
	"fmt"
	"os"
	"os/exec"

	"github.com/getgauge-contrib/gauge-go/gauge"
	. "github.com/getgauge-contrib/gauge-go/testsuit"
)

var _ = gauge.Step("Create the resources", func() {
	_, _, err := create()
	check(err)
})

var _ = gauge.Step("Get the resource", func() { check(get()) })

var _ = gauge.Step("Verify that the run succeeds", func() { check(runSucceeds()) })

var _ = gauge.Step("Verify that the pod completes", func() { check(podCompletes()) })

var _ = gauge.Step("Verify that the deployment is ready", func() { check(deploymentReady()) })

var _ = gauge.Step("Run the command", func() {
	out, err := exec.Command("sh", "-c", os.Getenv("CHECK_COMMAND")).CombinedOutput()
	if err != nil {
		T.Fail(fmt.Errorf("%w: %s", err, out))
	}
})

func check(err error) {
	if err != nil {
		T.Fail(err)
	}
}
