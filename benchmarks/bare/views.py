import json

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from benchmarks.bare.models import Answer, Answers


@csrf_exempt
def store(request: HttpRequest) -> JsonResponse:
    """Store one row by one INSERT."""
    data = json.loads(request.body)
    answers = data["answers"]
    row = Answer.objects.create(
        score=answers["score"], reason=answers["reason"], page_id=data["page"]
    )
    return JsonResponse({"id": row.pk}, status=201)


@csrf_exempt
def store_all(request: HttpRequest) -> JsonResponse:
    """Store all answers of a request by one INSERT."""
    data = json.loads(request.body)
    row = Answers.objects.create(answers=data["answers"], page_id=data["page"])
    return JsonResponse({"id": row.pk}, status=201)
