"""Addresses below /customers/it/, in the namespace of the app."""

from django.urls import path

from impacts.views import it_hours, it_page, it_service, it_stories

urlpatterns = [
    path("", it_page.show_it, name="it-and-customers"),
    path("csv/<slug:chart>/", it_page.it_csv, name="it-csv"),
    path("hours/", it_hours.show_hours, name="it-hours"),
    path("hours/add/", it_hours.add_time, name="it-hours-add"),
    path("hours/<int:pk>/", it_hours.change_time, name="it-hours-change"),
    path("hours/<int:pk>/remove/", it_hours.take_time_away, name="it-hours-remove"),
    path("stories/", it_stories.list_stories, name="story-list"),
    path("stories/new/", it_stories.edit_story, name="story-new"),
    path("stories/feed-link/<slug:act>/", it_stories.feed_link, name="story-feed-link"),
    path("stories/feed/<str:key>/", it_stories.story_feed, name="story-feed"),
    path("stories/<int:pk>/", it_stories.show_story, name="story-detail"),
    path("stories/<int:pk>/edit/", it_stories.edit_story, name="story-edit"),
    path("stories/<int:pk>/move/<slug:target>/", it_stories.take_step, name="story-move"),
    path("service/", it_service.list_service, name="service-list"),
    path("service/<slug:code>/new/", it_service.edit_service, name="service-new"),
    path("service/<slug:code>/<int:pk>/", it_service.edit_service, name="service-edit"),
    path("service/<slug:code>/<int:pk>/remove/", it_service.drop_service, name="service-remove"),
    path("service/<slug:code>/", it_page.panel_service, name="panel-service"),
]
