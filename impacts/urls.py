"""Addresses of the app impacts."""

from django.urls import include, path

from impacts.views import (
    assets,
    bets,
    clusters,
    customer_side,
    customer_year,
    data_map,
    panels,
    proposals,
    rules,
    silos,
    suggestions,
    touches,
    triage,
)

app_name = "impacts"
urlpatterns = [
    # Triage
    path("triage/", triage.show_triage, name="triage"),
    path("triage/<int:pk>/", triage.show_finding, name="finding-detail"),
    path("triage/<int:pk>/act/<slug:kind>/", triage.act_on_finding, name="finding-act"),
    path("triage/<int:pk>/undo/", triage.undo_act, name="finding-undo"),
    # The rules and how they are set
    path("rules/", rules.list_rules, name="rule-list"),
    path("rules/preview/", rules.preview_rules, name="rule-preview"),
    path("rules/save/", rules.save_rules, name="rule-save"),
    # Clusters and families
    path("clusters/", clusters.list_clusters, name="cluster-list"),
    path("clusters/<slug:code>/", clusters.show_cluster, name="cluster-detail"),
    path("families/<slug:code>/", clusters.show_family, name="family-detail"),
    path("families/<slug:code>/add/", clusters.add_member, name="family-add"),
    path("families/<slug:code>/remove/<str:reference>/", clusters.remove_member, name="family-remove"),
    path("families/<slug:code>/dissolve/", clusters.dissolve, name="family-dissolve"),
    path("families/<slug:code>/restore/", clusters.restore, name="family-restore"),
    path("families/<slug:code>/undo/", clusters.undo_family, name="family-undo"),
    # What a request touches: step 3 of filing, and its lines
    path("requests/<str:reference>/file/touches/", touches.file_touches, name="file-touches"),
    path("requests/<str:reference>/touches/<slug:kind>/", touches.add_touch, name="touch-add"),
    path("requests/<str:reference>/touches/<slug:kind>/propose/", proposals.term_propose, name="term-propose"),
    path("requests/<str:reference>/proposals/<int:pk>/withdraw/", proposals.term_withdraw, name="term-withdraw"),
    path("proposals/", proposals.proposal_list, name="proposal-list"),
    path("proposals/<int:pk>/", proposals.proposal_detail, name="proposal-detail"),
    path("requests/<str:reference>/touches/<slug:kind>/<int:pk>/", touches.change_touch, name="touch-change"),
    path("requests/<str:reference>/touches/<slug:kind>/<int:pk>/remove/", touches.remove_touch, name="touch-remove"),
    # Panels that other pages load
    path("panels/live/look-alikes/", panels.live_look_alikes, name="live-look-alikes"),
    path("panels/<str:reference>/look-alikes/", panels.panel_look_alikes, name="panel-look-alikes"),
    path("panels/<str:reference>/suggestions/", suggestions.panel_suggestions, name="panel-suggestions"),
    path(
        "panels/<str:reference>/suggestions/<slug:register>/<int:thing>/<slug:answer>/",
        suggestions.decide_suggestion,
        name="suggestion-decide",
    ),
    path("panels/<str:reference>/contact-load/", panels.panel_contact_load, name="panel-contact-load"),
    path("panels/<str:reference>/contacts/", panels.panel_contacts, name="panel-contacts"),
    path("panels/<str:reference>/bets/", bets.panel_bets, name="panel-bets"),
    path("requests/<str:reference>/bets/<int:pk>/answer/", bets.answer, name="bet-answer"),
    path("panels/<str:reference>/effects/", panels.panel_effects, name="panel-effects"),
    path("panels/<str:reference>/findings/", panels.panel_findings, name="panel-findings"),
    path("panels/<str:reference>/hold-on/", panels.panel_hold_on, name="panel-hold-on"),
    path("panels/<str:reference>/hold-on/<slug:kind>/", panels.answer_hold, name="hold-on-answer"),
    # From the customer's chair
    path("heat-map/", customer_side.show_heat_map, name="heat-map"),
    path("customers/silos/", silos.show_silos, name="silo-map"),
    path("customers/silos/csv/", silos.silos_csv, name="silo-map-csv"),
    path("customers/data-map/", data_map.show_data_map, name="data-map"),
    path("customers/data-map/csv/", data_map.data_map_csv, name="data-map-csv"),
    path("customers/data-map/touchpoints/<slug:code>/", data_map.touchpoint_needs, name="touchpoint-needs"),
    path("customers/it/", include("impacts.it_urls")),
    path("customers-year/", customer_year.show_customer_year, name="customer-year-default"),
    path("customers-year/csv/", customer_year.customer_year_csv, name="customer-year-picked-csv"),
    path("customers-year/<slug:code>/", customer_year.show_customer_year, name="customer-year"),
    path("customers-year/<slug:code>/csv/", customer_year.customer_year_csv, name="customer-year-csv"),
    path("customers/assets/", assets.show_assets, name="assets"),
    path("customers/assets/csv/", assets.assets_csv, name="assets-csv"),
    path("customers/assets/bets/", bets.show_bets, name="bets"),
    path("customers/assets/bets/csv/", bets.bets_csv, name="bets-csv"),
    path("customers/assets/<slug:code>/<slug:quarter>/", assets.asset_quarter, name="asset-quarter"),
    path("customers/assets/<slug:code>/<slug:quarter>/remove/", assets.remove, name="asset-quarter-remove"),
    path(
        "panels/registers/<slug:register>/<slug:code>/",
        customer_side.panel_entry_requests,
        name="panel-entry-requests",
    ),
]
