"""Addresses of the registers."""

from django.urls import path

from customers.views import entries, holdings, merging, packs, sheets

app_name = "customers"
urlpatterns = [
    path("", entries.register_list, name="register-list"),
    path("packs/", packs.pack_list, name="pack-list"),
    path("packs/<slug:code>/", packs.pack_detail, name="pack-detail"),
    path("merges/<int:pk>/undo/", merging.merge_undo, name="merge-undo"),
    path("imports/<uuid:token>/", sheets.import_detail, name="import-detail"),
    path("imports/<uuid:token>/run/", sheets.import_run, name="import-run"),
    path("imports/<uuid:token>/discard/", sheets.import_discard, name="import-discard"),
    path("sheets/<slug:sheet>/import/", sheets.sheet_import, name="sheet-import"),
    path("sheets/<slug:sheet>/export/<slug:fmt>/", sheets.sheet_export, name="sheet-export"),
    path("systems/<slug:system>/holds/", holdings.holding_edit, name="holding-new"),
    path("systems/<slug:system>/holds/<slug:domain>/", holdings.holding_edit, name="holding-edit"),
    path("systems/<slug:system>/holds/<slug:domain>/remove/", holdings.holding_remove, name="holding-remove"),
    path("<slug:register>/", entries.entry_list, name="entry-list"),
    path("<slug:register>/new/", entries.entry_new, name="entry-new"),
    path("<slug:register>/<slug:code>/", entries.entry_detail, name="entry-detail"),
    path("<slug:register>/<slug:code>/edit/", entries.entry_edit, name="entry-edit"),
    path("<slug:register>/<slug:code>/retire/", entries.entry_retire, name="entry-retire"),
    path("<slug:register>/<slug:code>/restore/", entries.entry_restore, name="entry-restore"),
    path("<slug:register>/<slug:code>/merge/", merging.entry_merge, name="entry-merge"),
    path("<slug:register>/<slug:code>/delete/", entries.entry_delete, name="entry-delete"),
    path("<slug:register>/<slug:code>/history/", entries.entry_history, name="entry-history"),
]
