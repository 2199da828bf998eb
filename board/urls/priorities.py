"""Addresses of priorities: objectives, scores, the two orders, the quarter's queue."""

from django.urls import path

from board.views.priorities import goals, orders, queue, scores

app_name = "priorities"
urlpatterns = [
    path("", goals.goal_list, name="goals"),
    path("objectives.csv", goals.goals_csv, name="goals-csv"),
    path("scores/", scores.score_list, name="scores"),
    path("scores.csv", scores.scores_csv, name="scores-csv"),
    path("scores/weights/", scores.weight_list, name="weights"),
    path("scores/weights/set/", scores.weights_set, name="weights-set"),
    path("scores/criteria/<int:pk>/retire/", scores.criterion_retire, name="criterion-retire"),
    path("scores/<str:reference>/", scores.score_edit, name="score"),
    path("orders/", orders.compare_orders, name="compare"),
    path("orders.csv", orders.orders_csv, name="orders-csv"),
    path("orders/propose/", orders.propose, name="propose"),
    path("orders/<slug:side>/", orders.ranking, name="ranking"),
    path("orders/<slug:side>/<str:reference>/place/", orders.rank_place, name="rank-place"),
    path("proposals/", orders.proposal_list, name="proposal-list"),
    path("proposals/<int:pk>/", orders.proposal_detail, name="proposal"),
    path("proposals/<int:pk>/take/", orders.proposal_take, name="proposal-take"),
    path("proposals/<int:pk>/decline/", orders.proposal_decline, name="proposal-decline"),
    path("queue/", queue.queue, name="queue"),
    path("queue.csv", queue.queue_csv, name="queue-csv"),
    path("queue/<str:quarter>/<slug:column>/", queue.queue_detail, name="queue-cell"),
]
