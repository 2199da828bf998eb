"""Addresses of the agenda that builds itself, the backlog, series, who is there, and calendar files."""

from django.urls import path

from board.views.meetings import building, own, people, series

urlpatterns = [
    path("backlog/", building.backlog_list, name="backlog"),
    path("series/", series.series_list, name="series-list"),
    path("series/new/", series.series_new, name="series-new"),
    path("series/<int:pk>/", series.series_detail, name="series-detail"),
    path("series/<int:pk>/edit/", series.series_edit, name="series-edit"),
    path("series/<int:pk>/leave-out/", series.series_leave_out, name="series-leave-out"),
    path("series/<int:pk>/end/", series.series_end, name="series-end"),
    path("series/<int:pk>/meetings.ics", series.series_calendar, name="series-calendar"),
    path("items/<int:pk>/pin/", building.item_pin, name="item-pin"),
    path("items/<int:pk>/take-out/", building.item_take_out, name="item-take-out"),
    path("items/<int:pk>/aside/", people.item_aside, name="item-aside"),
    path("items/<int:pk>/close/", own.own_close, name="own-close"),
    path("items/<int:pk>/reopen/", own.own_reopen, name="own-reopen"),
    path("<int:pk>/own/", own.own_add, name="own-add"),
    path("<int:pk>/build/", building.meeting_build, name="meeting-build"),
    path("<int:pk>/people/", people.meeting_people, name="meeting-people"),
    path("<int:pk>/attendance/", people.meeting_attendance, name="meeting-attendance"),
    path("<int:pk>/reply/", people.meeting_reply, name="meeting-reply"),
    path("<int:pk>/reply/file/", people.meeting_reply_file, name="meeting-reply-file"),
    path("<int:pk>/invite/", people.meeting_invite, name="meeting-invite"),
    path("<int:pk>/expect/", people.meeting_expect, name="meeting-expect"),
    path("<int:pk>/waive/", people.meeting_waive, name="meeting-waive"),
    path("<int:pk>/cancel/", people.meeting_cancel, name="meeting-cancel"),
    path("<int:pk>/meeting.ics", people.meeting_calendar, name="meeting-calendar"),
]
