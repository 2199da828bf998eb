"""Addresses of the app portfolio."""

from django.urls import URLPattern, path

from portfolio.views import drafts, filing, headsup, imports, me, moves, objectives, request, skills, talk
from portfolio.views import list as listing

app_name = "portfolio"
_ONE = "requests/<str:reference>/"
urlpatterns: list[URLPattern] = [
    # The list, its exports and imports. They stand before requests/<reference>/.
    path("requests/", listing.request_list, name="request-list"),
    path("requests/export/<slug:fmt>/", listing.request_export, name="request-export"),
    path("requests/import/", imports.request_import, name="request-import"),
    path("requests/import/<uuid:token>/", imports.request_import_file, name="request-import-file"),
    path("requests/import/<uuid:token>/match/", imports.request_import_match, name="request-import-match"),
    path("requests/import/<uuid:token>/run/", imports.request_import_run, name="request-import-run"),
    path("requests/import/<uuid:token>/discard/", imports.request_import_discard, name="request-import-discard"),
    # Filing.
    path("requests/new/", filing.request_new, name="request-new"),
    path("requests/heads-up/", headsup.request_quick, name="request-quick"),
    path("requests/drafts/", drafts.draft_list, name="draft-list"),
    path(_ONE + "file/check/", moves.request_check, {"step": "check"}, name="request-step"),
    path(_ONE + "file/<str:step>/", filing.request_step, name="request-step"),
    path(_ONE + "discard/", drafts.request_discard, name="request-discard"),
    path(_ONE + "restore/", drafts.request_restore, name="request-restore"),
    # One request.
    path(_ONE, request.request_detail, name="request-detail"),
    path(_ONE + "print/", request.request_print, name="request-print"),
    path(_ONE + "history/", request.request_history_page, name="request-history"),
    path(_ONE + "move/<str:target>/", moves.request_move, name="request-move"),
    path(_ONE + "comment/", talk.request_comment, name="request-comment"),
    path(_ONE + "watch/", talk.request_watch, name="request-watch"),
    # What the organisation wants to reach.
    path(_ONE + "objectives/", objectives.request_objectives, name="request-objectives"),
    path("objectives/<slug:code>/reading/", objectives.objective_reading, name="objective-reading"),
    path("panels/registers/<slug:register>/<slug:code>/objective/", objectives.panel_objective, name="panel-objective"),
    # What is there to build with.
    path("skills/capacity/", skills.skill_capacity, name="skill-capacity"),
    path(
        "panels/registers/<slug:register>/<slug:code>/capacity/",
        skills.panel_skill_capacity,
        name="panel-skill-capacity",
    ),
    # The person's own.
    path("me/notifications/", me.notification_list, name="notification-list"),
    path("me/notifications/read/", me.notification_read, name="notification-read"),
    path("me/notifications/<int:pk>/", me.notification_open, name="notification-open"),
    path("me/preferences/", me.preferences, name="preferences"),
]
