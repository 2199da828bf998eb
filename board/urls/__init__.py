"""Addresses of the app board."""

from django.urls import path

from board.urls import agenda as agenda_urls
from board.urls import papers as paper_urls
from board.urls import record as record_urls
from board.views import panels
from board.views.decisions import deciding, decisions, objections, questions
from board.views.meetings import agenda, meetings, room

app_name = "board"
urlpatterns = [
    path("", meetings.meeting_list, name="meeting-list"),
    path("new/", meetings.meeting_new, name="meeting-new"),
    *record_urls.urlpatterns,
    *agenda_urls.urlpatterns,
    path("conditions/", decisions.condition_list, name="condition-list"),
    path("conditions/<int:pk>/met/", decisions.condition_met, name="condition-met"),
    path("objections/", objections.objection_list, name="objection-list"),
    path("objections/new/<str:reference>/", objections.objection_new, name="objection-new"),
    path("objections/<int:pk>/withdraw/", objections.objection_withdraw, name="objection-withdraw"),
    path("panels/findings/<int:pk>/objections/", objections.panel_finding, name="panel-finding-objections"),
    path("panels/segments/<slug:code>/objections/", objections.panel_segment, name="panel-segment-objections"),
    path("panels/<str:reference>/objections/", objections.panel_request, name="panel-objections"),
    path("panels/<str:reference>/decisions/", panels.panel_decisions, name="panel-decisions"),
    path("items/<int:pk>/edit/", agenda.item_edit, name="item-edit"),
    path("items/<int:pk>/move/", agenda.item_move, name="item-move"),
    path("items/<int:pk>/drop/", agenda.item_drop, name="item-drop"),
    path("items/<int:pk>/restore/", agenda.item_restore, name="item-restore"),
    path("items/<int:pk>/clock/", room.clock_restart, name="clock-restart"),
    path("questions/<int:pk>/", questions.question_answer, name="question-answer"),
    path("items/<int:pk>/count/", deciding.item_count, name="item-count"),
    path("items/<int:pk>/decide/", deciding.item_decide, name="item-decide"),
    path("decisions/<int:pk>/take-back/", deciding.decision_take_back, name="decision-take-back"),
    path("<int:pk>/", agenda.meeting_detail, name="meeting-detail"),
    path("<int:pk>/edit/", meetings.meeting_edit, name="meeting-edit"),
    path("<int:pk>/add/", agenda.item_add, name="item-add"),
    path("<int:pk>/open/", deciding.meeting_open, name="meeting-open"),
    path("<int:pk>/close/", deciding.meeting_close, name="meeting-close"),
    path("<int:pk>/meeting/", room.meeting_mode, name="meeting-mode"),
    path("<int:pk>/meeting/pulse/", room.meeting_pulse, name="meeting-pulse"),
    path("<int:pk>/minutes/", decisions.meeting_minutes, name="meeting-minutes"),
    path("<int:pk>/minutes/correct/", decisions.minutes_correct, name="minutes-correct"),
    path("<int:pk>/minutes/note/", decisions.meeting_note, name="meeting-note"),
    *paper_urls.urlpatterns,
]
