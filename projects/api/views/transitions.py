"""State transitions as operations of the API: `POST {id}/{action}/`, made and described from the list of a workflow.

A view set names its `transitions`, says by `body_class` what is sent with one, and has it carried out by `take`. Those
that make a record are left out: that is `create`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from projects.api.confirming import taken_out, with_confirmation
from projects.api.etags import refuse_stale
from projects.api.parsing import body_of
from projects.api.permissions import refusal
from projects.api.serializers.base import BodySerializer
from projects.history.revisions import writing
from projects.plausibility.checks import Confirmation, confirm_doubts
from projects.workflows.transitions import Transition

from .base import RecordViewSet


class TransitionViewSet(RecordViewSet):
    body_class: Callable[[Transition], type[BodySerializer]]
    take: Callable[[Transition, Any, Mapping[str, Any]], Any]
    plural: str  # begins the names of operations
    transitions: Mapping[str, Transition] = {}
    examples: Mapping[type[BodySerializer], OpenApiExample] = {}
    # transitions at which plausibility rules are asked, and how the name of their body begins where others have it too
    asked: Mapping[str, str] = MappingProxyType({})

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for transition in cls.transitions.values():
            if transition.summary and transition.starts:
                cls.offer(transition)

    @classmethod
    def offer(cls, transition: Transition) -> None:
        cls.operation(
            transition.action,
            lambda view: view.take_one(transition),
            path=transition.action,
            detail=True,
            body=cls.body_class(transition),
            summary=transition.summary,
            description=transition.description or None,
            responses=cls.serializer_class,
        )

    @classmethod
    def operation(
        cls,
        name: str,
        answer: Callable[[Any], Response],
        *,
        path: str,
        detail: bool,
        body: type[BodySerializer],
        **described: Any,
    ) -> None:
        """Give the list an operation of this name, which `answer` carries out."""

        def act(self: Any, request: Request, **_key: str) -> Response:
            return answer(self)

        act.__name__ = name
        said = (
            with_confirmation(body, cls.asked[path] and cls.asked[path] + body.__name__) if path in cls.asked else body
        )
        documented = extend_schema(
            operation_id=f"{cls.plural}_{name}",
            request=said if said().fields else None,
            examples=[cls.examples[body]] if body in cls.examples else None,
            **described,
        )
        setattr(cls, name, documented(action(detail=detail, methods=["post"], url_path=path)(act)))

    def take_one(self, transition: Transition) -> Response:
        """As every write: the body, then the lock, the row, its version and the change."""
        if not transition.allows(self.request.user, self.get_object()):  # 404 or 403, without taking the lock
            raise PermissionDenied(refusal(self.request.user))
        body_class = self.body_class(transition)
        data, said = self.sent(body_class, asked=transition.action in self.asked)
        with writing():
            record = self.get_object()
            refuse_stale(self.request, record, shown=lambda: self.answer(record), version=self.version_of(record))
            body: Any = body_class(data=data, context=self.get_serializer_context() | {"record": record})
            body.is_valid(raise_exception=True)
            with confirm_doubts(said.rules, said.reason):
                self.take(transition, record, body.validated_data)
        return self.answer(self.get_queryset().get(pk=record.pk))

    def sent(self, body_class: type[BodySerializer], *, asked: bool) -> tuple[Any, Confirmation]:
        """What was sent, and what it confirms; where nothing of it is required there need be no body at all."""
        optional = not any(field.required for field in body_class().fields.values())
        empty = optional and self.request.META.get("CONTENT_LENGTH") in (None, "", "0")
        return taken_out({} if empty else body_of(self.request), body_class, asked=asked)
