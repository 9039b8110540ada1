"""REST endpoints for staff about what brings readers back. They name no reader."""

from rest_framework.request import Request
from rest_framework.response import Response

from cx_feedback.core.api.cursor_lists import ORDERED_PARAMETERS, read_ordered_part
from cx_feedback.core.api.schema import describe_endpoint
from cx_feedback.loyalty.api import effect_serializers as out
from cx_feedback.loyalty.api.base_views import StaffAPIView, get_parameters
from cx_feedback.loyalty.effects import selectors as returns


class CausesView(StaffAPIView):
    """``GET``: causes of returns, the most certain first."""

    @describe_endpoint(responses=out.CausesOut, parameters=[out.CausesIn, *ORDERED_PARAMETERS])
    def get(self, request: Request) -> Response:
        asked = get_parameters(request, out.CausesIn)
        part = read_ordered_part(request, returns.get_effects(asked["kind"]), ("-low", "pk"))
        measured = returns.get_last_measurement()
        answer = {
            "measured": measured,
            "causes": [out.collect_effect(one) for one in returns.add_names(part.rows)],
            "hidden": returns.count_hidden_effects(asked["kind"]),
            "next": part.next,
        }
        return Response(out.CausesOut.build(answer))


class ExperimentsView(StaffAPIView):
    """``GET``: both groups of each rule that has a control group."""

    @describe_endpoint(responses=out.ExperimentsOut, parameters=ORDERED_PARAMETERS)
    def get(self, request: Request) -> Response:
        part = read_ordered_part(request, returns.get_experiments(), ("-rule_id", "-percent"))
        results = returns.evaluate_experiments(part.rows)
        found = [out.collect_experiment(one) for one in results]
        return Response(out.ExperimentsOut.build({"experiments": found, "next": part.next}))
