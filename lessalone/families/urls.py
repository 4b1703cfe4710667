"""Addresses of babies' pages. An invitation's address holds its token, and nothing about the baby."""

from django.urls import URLPattern, URLResolver, path

from lessalone.families import views
from lessalone.families.in_common import views as in_common

urlpatterns: list[URLPattern | URLResolver] = [
    path("babies/", views.babies, name="families-babies"),
    path("babies/add/", views.add, name="families-add"),
    path("babies/notes/<int:telling>/erase/", views.telling_erase, name="families-telling-erase"),
    path("babies/invited/<str:token>/", views.invitation, name="families-invitation"),
    path("babies/<pid:baby>/", views.baby, name="families-baby"),
    path("babies/<pid:baby>/fact/<slug:step>/", views.fact, name="families-fact"),
    path("babies/<pid:baby>/family/", views.family, name="families-family"),
    path("babies/<pid:baby>/invite/", views.invite, name="families-invite"),
    path(
        "babies/<pid:baby>/invitations/<int:invitation>/revoke/",
        views.invitation_revoke,
        name="families-invitation-revoke",
    ),
    path(
        "babies/<pid:baby>/invitations/<int:invitation>/agree/",
        views.invitation_agree,
        name="families-invitation-agree",
    ),
    path("babies/<pid:baby>/relations/<int:relation>/end/", views.relation_end, name="families-relation-end"),
    path("babies/<pid:baby>/leave/", views.leave, name="families-leave"),
    path("babies/<pid:baby>/part/", views.part, name="families-part"),
    path("babies/<pid:baby>/back/", views.come_back, name="families-come-back"),
    path("babies/<pid:baby>/here/", views.here, name="families-here"),
    path("babies/<pid:baby>/safe/", views.safety, name="families-safety"),
    path(
        "babies/<pid:baby>/safe/<int:separation>/withdraw/",
        views.safety_withdraw,
        name="families-safety-withdraw",
    ),
    path("babies/<pid:baby>/alone/", views.alone, name="families-alone"),
    path(
        "babies/<pid:baby>/alone/<int:lone_request>/withdraw/",
        views.alone_withdraw,
        name="families-alone-withdraw",
    ),
    path("like-you/about/", in_common.summary, name="families-facets"),
    path("like-you/about/losses/add/", in_common.loss_add, name="families-loss-add"),
    path("like-you/about/losses/<pid:loss>/", in_common.loss, name="families-loss"),
    path("like-you/about/losses/<pid:loss>/remove/", in_common.loss_remove, name="families-loss-remove"),
    path("like-you/about/losses/<pid:loss>/<slug:key>/", in_common.about_loss, name="families-facet-loss"),
    path("like-you/about/agreed/<slug:purpose>/", in_common.consent, name="families-facet-consent"),
    path("like-you/about/<slug:key>/", in_common.about_oneself, name="families-facet-own"),
]
