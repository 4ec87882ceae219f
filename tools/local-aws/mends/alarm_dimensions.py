"""An alarm is judged by the metric with exactly its dimensions, not by all of that name."""
from types import FunctionType

from ministack.services import cloudwatch

_evaluate_alarm = cloudwatch._evaluate_alarm


def evaluate_alarm(alarm):
    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get('Dimensions') or []))
    own = {key: points for key, points in cloudwatch._metrics.items() if key[2] == dimensions}
    FunctionType(_evaluate_alarm.__code__, {**vars(cloudwatch), '_metrics': own})(alarm)


cloudwatch._evaluate_alarm = evaluate_alarm
