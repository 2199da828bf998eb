"""Addresses of the board's record: decisions one by one, what was changed after them, what they saved."""

from django.urls import path, re_path

from board.views.decisions import changes, holds, record, saved

urlpatterns = [
    path("decisions/", record.decision_list, name="decision-list"),
    re_path(r"^decisions/log\.(?P<kind>csv|xlsx|json|zip)$", record.decision_export, name="decision-export"),
    path("decisions/<int:pk>/", record.decision_detail, name="decision-detail"),
    path("decisions/<int:pk>/undo/", record.decision_undo, name="decision-undo"),
    path("decisions/<int:pk>/record.md", record.decision_markdown, name="decision-markdown"),
    path("conditions/<int:pk>/move/", record.condition_move, name="condition-move"),
    path("holds/<int:pk>/give/", holds.hold_give, name="hold-give"),
    path("saved/", saved.saved, name="saved"),
    re_path(r"^saved/(?P<figure>spend|not-sent|put-off)\.csv$", saved.saved_csv, name="saved-csv"),
    path("changes/", changes.change_list, name="change-list"),
    path("changes/limits/", changes.material_limits, name="material-limits"),
    path("changes/<str:reference>/", changes.change_detail, name="change-detail"),
    path("changes/<str:reference>/open/", changes.change_open, name="change-open"),
    path("changes/<str:reference>/finish/", changes.change_finish, name="change-finish"),
]
