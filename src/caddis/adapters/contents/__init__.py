"""Looks into packages of indexes and channels without installing them."""

from caddis.adapters.contents.channels import ChannelContents
from caddis.adapters.contents.web import Web
from caddis.adapters.contents.wheels import WheelContents

__all__ = ["ChannelContents", "Web", "WheelContents"]
