"""Addresses of the desk. Those of allauth bear its names; what is not listed does not exist."""

from django.urls import URLPattern, URLResolver, include, path

from gongxin.desk import (
    agents,
    boards,
    counts,
    factors,
    letters,
    single_sign_on,
    special,
    views,
    watching,
)

pages: list[URLPattern] = [
    path("", views.home, name="home"),
    path("stand-in", views.stand_in, name="stand-in"),
    path("stand-in/end", views.end_stand_in, name="end-stand-in"),
    path("password", views.password, name="password"),
    path("accounts", views.accounts, name="accounts"),
    path("accounts/add", views.add_account, name="add-account"),
    path("accounts/close", views.close_account, name="close-account"),
    path("accounts/renew", views.renew_account, name="renew-account"),
    path("accounts/add-agent", agents.add_agent, name="add-agent"),
    path("roles/appoint", agents.appoint, name="appoint"),
    path("records", special.look_up, name="look-up"),
    path("special/apply", special.apply, name="apply-special"),
    path("special", special.deciding, name="special"),
    path("special/decide", special.decide, name="decide-special"),
    path("special/revoke", special.revoke, name="revoke-special"),
    path("boards", boards.boards, name="boards"),
    path("boards/write", boards.write, name="write-message"),
    path("boards/mark", boards.mark, name="mark-message"),
    path("boards/withdraw", boards.withdraw, name="withdraw-message"),
    path("letters", letters.letters, name="letters"),
    path("letters/answer", letters.answer_letter, name="answer-letter"),
    path("counts", counts.counts, name="counts"),
    path("counts/file", counts.file, name="counts-file"),
    path("looks", agents.looks, name="looks"),
    path("sources", watching.source_list, name="sources"),
    path("systems", watching.system_list, name="systems"),
    path("roles", views.roles, name="roles"),
    path("roles/grant", views.grant_role, name="grant-role"),
    path("roles/end", views.end_role, name="end-role"),
    path("roles/release-link", views.release_link, name="release-link"),
    path("roles/hand-over", views.hand_over, name="hand-over"),
    path("start/<str:who>/<str:token>", views.start, name="start"),
]
urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((pages, "desk"))),
    path("login", factors.Login.as_view(), name="account_login"),
    path("logout", factors.Logout.as_view(), name="account_logout"),
    path("login/code", factors.SecondFactor.as_view(), name="mfa_authenticate"),
    path("factors", factors.Factors.as_view(), name="mfa_index"),
    path("factors/fresh", factors.FreshFactor.as_view(), name="mfa_reauthenticate"),
    path("factors/app", factors.SetUp.as_view(), name="mfa_activate_totp"),
    path("factors/app/remove", factors.TakeAway.as_view(), name="mfa_deactivate_totp"),
    path("factors/key", factors.AddKey.as_view(), name="mfa_add_webauthn"),
    path("factors/key/fresh", factors.FreshKey.as_view(), name="mfa_reauthenticate_webauthn"),
    path("factors/key/<int:pk>/remove", factors.RemoveKey.as_view(), name="mfa_remove_webauthn"),
    path("factors/codes", factors.RecoveryCodes.as_view(), name="mfa_view_recovery_codes"),
    path(
        "factors/codes/new", factors.NewRecoveryCodes.as_view(), name="mfa_generate_recovery_codes"
    ),
    path("sso/<str:provider_id>/login", single_sign_on.login, name="openid_connect_login"),
    path("sso/<str:provider_id>/back", single_sign_on.back, name="openid_connect_callback"),
]
