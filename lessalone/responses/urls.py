from django.urls import path

from lessalone.responses import views

urlpatterns = [
    path("stories/<pid:public_id>/answer", views.write, name="responses-write"),
    path("stories/<pid:public_id>/answers", views.story_answers, name="responses-list"),
    path("stories/<pid:public_id>/gesture", views.gesture, name="responses-gesture"),
    path("stories/<pid:public_id>/less-alone", views.less_alone, name="responses-less-alone"),
    path("stories/<pid:public_id>/came-in", views.came_in, name="responses-came-in"),
    path("stories/<pid:public_id>/without-words", views.wordless, name="responses-wordless"),
    path("stories/<pid:public_id>/notes-asked-for", views.settle_notes, name="responses-settle-notes"),
    path("answers/mine", views.mine, name="responses-mine"),
    path("answers/to-read-first", views.read_first, name="responses-read-first"),
    path("answers/not-for-me", views.laid_aside, name="responses-laid-aside"),
    path("answers/<pid:public_id>", views.answer, name="responses-answer"),
    path("answers/<pid:public_id>/change", views.change, name="responses-change"),
    path("answers/<pid:public_id>/erase", views.erase, name="responses-erase"),
    path("answers/<pid:public_id>/put-away", views.put_away, name="responses-put-away"),
    path("answers/<pid:public_id>/let-be-seen", views.let_be_seen, name="responses-let-be-seen"),
    path("answers/<pid:public_id>/pass-on", views.pass_on, name="responses-pass-on"),
    path("answers/<pid:public_id>/take-out-again", views.take_out_again, name="responses-take-out-again"),
    path("hard-for-me/<pid:public_id>", views.hard_for_me, name="responses-hard-for-me"),
]
