"""What is said to whoever has guessed passwords too often."""

from django.conf import settings

from portfolio import notices


def locked_out(request, original_response, credentials):
    """The same answer whether the account exists or not, and whether it or the address is locked."""
    wait = int(settings.AXES_COOLOFF_TIME.total_seconds())
    return notices.page(
        status=429,
        zh=("登录已暂停", f"密码多次输入错误。请 {wait // 60} 分钟后再试，或请管理员解除。"),
        en=(
            "Signing in is paused",
            f"Too many wrong passwords. Please try again in {wait // 60} minutes, or ask an administrator.",
        ),
        retry_after=wait,
    )
