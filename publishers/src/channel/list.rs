//! What follows from the list of channels: their names, their settings, what people may want of them, and themselves.
//!
//! The app and e-mail are always there to be wanted: one needs no way out, the other goes to the account's address by the
//! relay of the mail room. The others are set up by a section of `[notifications]` and lead where a person says.

/// A line is `Name "name" in module, set up by section, chosen as wish, to address;`. The module has a `KIND`, `Settings` (the section of
/// the configuration) and `open(&Settings) -> Result<Option<impl Channel>, SetupError>` (none: switched off).
macro_rules! channels {
    ($($name:ident $text:literal in $module:ident, set up by $section:ident, chosen as $wish:ident, to $(#[$about:meta])* $address:ident;)+) => {
        /// A way to somebody.
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
        )]
        #[serde(rename_all = "kebab-case")]
        pub(crate) enum ChannelName {
            InApp,
            Email,
            $($name),+
        }

        impl ChannelName {
            pub(crate) const ALL: &[Self] = &[Self::InApp, Self::Email, $(Self::$name),+];

            /// As answers and events call it.
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    Self::InApp => "in-app",
                    Self::Email => "email",
                    $(Self::$name => $text),+
                }
            }

            /// What there is to say of it; none of the two that are always there.
            pub(crate) fn kind(self) -> Option<&'static Kind> {
                match self {
                    Self::InApp | Self::Email => None,
                    $(Self::$name => Some(&$module::KIND)),+
                }
            }
        }

        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
        pub(crate) struct ChannelWishes {
            pub in_app: Option<bool>,
            pub email: Option<bool>,
            $(pub $wish: Option<bool>),+
        }

        impl ChannelWishes {
            pub(crate) fn wish(self, channel: ChannelName) -> Option<bool> {
                match channel {
                    ChannelName::InApp => self.in_app,
                    ChannelName::Email => self.email,
                    $(ChannelName::$name => self.$wish),+
                }
            }
        }

        /// Preferences of one person. What is not said is as the platform has it by default.
        #[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase", default, deny_unknown_fields)]
        pub(crate) struct Preferences {
            /// Kind -> channel -> wanted. The platform itself sends `case-assigned`, `task-assigned`, `task-created`,
            /// `mail-received`, `mention`, `sla-at-risk`, `sla-breached`, `stage-changed` and `case-followed`; processes and rules may send others.
            pub kinds: std::collections::BTreeMap<String, ChannelWishes>,
            $($(#[$about])* pub $address: Option<String>),+
        }

        impl Preferences {
            /// Where a channel leads that goes where the person has said.
            pub(crate) fn address(&self, channel: ChannelName) -> Option<&str> {
                match channel {
                    ChannelName::InApp | ChannelName::Email => None,
                    $(ChannelName::$name => self.$address.as_deref()),+
                }
            }
        }

        /// The name of a channel's wish in [`ChannelWishes`], as fields of the crate are called.
        pub(crate) fn wish_field(channel: ChannelName) -> &'static str {
            match channel {
                ChannelName::InApp => "in_app",
                ChannelName::Email => "email",
                $(ChannelName::$name => stringify!($wish)),+
            }
        }

        /// The name of a channel's address in [`Preferences`], as fields of the crate are called.
        pub(crate) fn address_field(channel: ChannelName) -> Option<&'static str> {
            match channel {
                ChannelName::InApp | ChannelName::Email => None,
                $(ChannelName::$name => Some(stringify!($address))),+
            }
        }

        /// Section `[notifications]` of the configuration. Mail goes to `mail.relay`.
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct NotificationSettings {
            /// Name of the product in subjects and texts.
            pub product: String,
            /// Sender of notification mails; empty: the first mailbox.
            pub from: String,
            /// Browser tabs connected to this process at most.
            pub live_connections: usize,
            $(pub $section: $module::Settings),+
        }

        impl Default for NotificationSettings {
            fn default() -> Self {
                Self {
                    product: "Casewright".to_owned(),
                    from: String::new(),
                    live_connections: 10_000,
                    $($section: $module::Settings::default()),+
                }
            }
        }

        /// The channels that are set up.
        pub(crate) struct Channels(std::collections::BTreeMap<ChannelName, std::sync::Arc<dyn Channel>>);

        impl Channels {
            /// # Errors
            /// A channel cannot be set up as configured.
            pub(crate) fn new(smtp: Option<&SmtpConfig>, settings: &NotificationSettings) -> Result<Self, SetupError> {
                let mut there = std::collections::BTreeMap::<ChannelName, std::sync::Arc<dyn Channel>>::new();
                if let Some(smtp) = smtp {
                    there.insert(ChannelName::Email, std::sync::Arc::new(email::Email::new(smtp)?));
                }
                $(if let Some(channel) = $module::open(&settings.$section)? {
                    there.insert(ChannelName::$name, std::sync::Arc::new(channel));
                })+
                Ok(Self(there))
            }

            pub(crate) fn has(&self, channel: ChannelName) -> bool {
                channel == ChannelName::InApp || self.0.contains_key(&channel)
            }

            pub(crate) async fn deliver(
                &self,
                channel: ChannelName,
                outgoing: &OutgoingNotification<'_>,
            ) -> Result<String, casewright_delivery::DeliveryError> {
                match self.0.get(&channel) {
                    Some(channel) => channel.deliver(outgoing).await,
                    None => Err(casewright_delivery::DeliveryError::Final("this channel is not set up".to_owned())),
                }
            }
        }
    };
}

pub(super) use channels;

#[cfg(test)]
mod tests {
    use crate::channel::ChannelName;

    #[test]
    fn a_channel_has_one_name() {
        for channel in ChannelName::ALL {
            assert_eq!(serde_json::to_value(channel).unwrap(), channel.as_str());
        }
    }
}
