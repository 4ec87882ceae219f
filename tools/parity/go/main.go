package main

import (
	"os"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// object is a JSON object.
type object = map[string]interface{}

// list is a JSON array.
type list = []interface{}

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(&awscdk.AppProps{Outdir: jsii.String(os.Getenv("OUT")), AnalyticsReporting: jsii.Bool(false)})
	newFunctionApiStack(app, "FunctionApi")
	newEventFanOutStack(app, "EventFanOut")
	newQueueWorkerStack(app, "QueueWorker")
	newSagaStack(app, "Saga")
	newSchedulesStack(app, "Schedules")
	newPipelinesStack(app, "Pipelines")
	newLiveStack(app, "Live")
	app.Synth(nil)
}
