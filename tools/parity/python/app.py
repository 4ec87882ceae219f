import os

from aws_cdk import App

from event_fan_out_stack import EventFanOutStack
from function_api_stack import FunctionApiStack
from live_stack import LiveStack
from pipelines_stack import PipelinesStack
from queue_worker_stack import QueueWorkerStack
from saga_stack import SagaStack
from schedules_stack import SchedulesStack

app = App(outdir=os.environ['OUT'], analytics_reporting=False)
FunctionApiStack(app, 'FunctionApi')
EventFanOutStack(app, 'EventFanOut')
QueueWorkerStack(app, 'QueueWorker')
SagaStack(app, 'Saga')
SchedulesStack(app, 'Schedules')
PipelinesStack(app, 'Pipelines')
LiveStack(app, 'Live')
app.synth()
