"""Addresses of the reports."""

from django.urls import path

from board.views.reports import report_mail, reports

app_name = "reports"
urlpatterns = [
    path("", reports.report_index, name="index"),
    path("mail/stop/<str:token>/", report_mail.stop_by_link, name="stop-by-link"),
    path("<slug:slug>/", reports.report_page, name="report"),
    path("<slug:slug>/finding/", reports.report_finding, name="finding"),
    path("<slug:slug>/schedule/", reports.report_schedule, name="schedule"),
    path("<slug:slug>/<slug:fmt>/", reports.report_file, name="file"),
]
