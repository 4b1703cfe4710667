"""The addresses of stories."""

from django.urls import URLPattern, URLResolver, path

from lessalone.stories.views import family, reading, writing

urlpatterns: list[URLPattern | URLResolver] = [
    path("my/stories", writing.mine, name="stories-mine"),
    path("my/stories/resting", family.resting, name="stories-resting"),
    path("write", writing.new, name="stories-new"),
    path("write/<pid:public_id>", writing.write, name="stories-write"),
    path("write/<pid:public_id>/save", writing.save, name="stories-save"),
    path("write/<pid:public_id>/photos", writing.photos, name="stories-photos"),
    path("write/<pid:public_id>/naming", writing.naming, name="stories-naming"),
    path("write/<pid:public_id>/audience", writing.audience, name="stories-audience"),
    path("write/<pid:public_id>/answering", writing.answering, name="stories-answering"),
    path("write/<pid:public_id>/check", writing.check, name="stories-check"),
    path("write/<pid:public_id>/as/<slug:kind>", writing.rehearse, name="stories-rehearse"),
    path("write/<pid:public_id>/discard", writing.discard, name="stories-discard"),
    path("stories/<pid:public_id>", reading.read, name="stories-read"),
    path("stories/<pid:public_id>/still", reading.still, name="stories-still"),
    path("stories/<pid:public_id>/family", family.family, name="stories-family"),
    path("stories/<pid:public_id>/asked", family.asked, name="stories-asked"),
    path("stories/<pid:public_id>/asked/story", family.asked_story, name="stories-asked-story"),
    path("stories/<pid:public_id>/asked/welcomed", family.welcomed, name="stories-welcomed"),
    path("stories/<pid:public_id>/lines", family.say_line, name="stories-line"),
    path("stories/<pid:public_id>/take-back", family.take_back, name="stories-take-back"),
    path("stories/<pid:public_id>/erase", family.erase, name="stories-erase"),
    path("stories/<pid:public_id>/first-reader", family.first_reader, name="stories-first-reader"),
    path("stories/<pid:public_id>/narrow", family.narrow, name="stories-narrow"),
    path("stories/<pid:public_id>/revise", writing.revise, name="stories-revise"),
    path("stories/<pid:public_id>/links", family.make_link, name="stories-make-link"),
    path("stories/<pid:public_id>/links/<int:number>/end", family.end_link, name="stories-end-link"),
    path("i/<str:token>", reading.seat, name="stories-seat"),
    path("l/<str:token>", reading.link, name="stories-link"),
]
