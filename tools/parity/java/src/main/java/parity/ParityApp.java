package parity;

import software.amazon.awscdk.App;
import software.amazon.awscdk.AppProps;

public final class ParityApp {
  public static void main(String[] args) {
    App app = new App(AppProps.builder().outdir(System.getenv("OUT")).analyticsReporting(false).build());
    new FunctionApiStack(app, "FunctionApi");
    new EventFanOutStack(app, "EventFanOut");
    new QueueWorkerStack(app, "QueueWorker");
    new SagaStack(app, "Saga");
    new SchedulesStack(app, "Schedules");
    new PipelinesStack(app, "Pipelines");
    new LiveStack(app, "Live");
    app.synth();
  }
}
