from django.urls import URLPattern, URLResolver, path

from lessalone.vault import tus, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("vault/uploads/", tus.uploads_page, name="vault-uploads"),
    path("vault/uploads/<pid:public_id>/", tus.upload_page, name="vault-upload"),
    path("vault/erased/", views.receipts, name="vault-receipts"),
    path("vault/shelves/<pid:public_id>/", views.shelf, name="vault-shelf"),
    path("vault/shelves/<pid:public_id>/without-sheet/", views.without_sheet, name="vault-without-sheet"),
    path("vault/photos/<pid:public_id>/", views.photo, name="vault-photo"),
    path("vault/photos/<pid:public_id>/veil/", views.veil, name="vault-photo-veil"),
    path("vault/photos/<pid:public_id>/<int:width>/", views.picture, name="vault-photo-picture"),
    path("vault/photos/<pid:public_id>/original/", views.original, name="vault-photo-original"),
    path("vault/photos/<pid:public_id>/let-go/", views.let_go, name="vault-photo-let-go"),
    path("vault/photos/<pid:public_id>/soften/", views.soften, name="vault-photo-soften"),
    path(
        "vault/photos/<pid:public_id>/soft/<pid:patch_set>/<int:width>/",
        views.patched_picture,
        name="vault-photo-soft-picture",
    ),
    path(
        "vault/photos/<pid:public_id>/soft/<pid:patch_set>/remove/",
        views.patches_remove,
        name="vault-photo-soft-remove",
    ),
]
