"""Addresses of the board's papers."""

from django.urls import path

from board.views.papers import links, packs

urlpatterns = [
    path("<int:pk>/pack/", packs.meeting_pack, name="meeting-pack"),
    path("<int:pk>/pack.<slug:form>", packs.meeting_pack_file, name="meeting-pack-file"),
    path("<int:pk>/pack/publish/", packs.pack_publish, name="pack-publish"),
    path("<int:pk>/pack/links/", links.pack_links, name="pack-links"),
    path("<int:pk>/minutes.<slug:form>", packs.meeting_minutes_file, name="meeting-minutes-file"),
    path("pack-links/<int:pk>/revoke/", links.pack_link_revoke, name="pack-link-revoke"),
    path("papers/<uuid:token>/", packs.paper_file, name="paper-file"),
    path("papers/<uuid:token>/file/", packs.paper_file_content, name="paper-file-content"),
    path("read/<str:key>/", links.pack_read, name="pack-read"),
    path("read/<str:key>/pack.<slug:form>", links.pack_read_file, name="pack-read-file"),
]
