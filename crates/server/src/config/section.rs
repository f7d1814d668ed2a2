//! A section: settings that belong together, as data and as a struct, from one declaration.

use super::Setting;

/// A section of the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Section {
    /// Its name, such as `limits`.
    pub name: &'static str,
    /// What it is about, as one paragraph.
    pub about: &'static str,
    /// Its settings, in the order in which they are shown.
    pub settings: &'static [Setting],
}

impl Section {
    /// What it is about, without the white space around it.
    #[must_use]
    pub fn about(&self) -> &'static str {
        self.about.trim()
    }
}

/// Declares a section: `"name" => pub struct Name { key: type = setting; }`. Comments become what is told of the section
/// and of each setting, so they must stand without markup that only Rust's documentation knows.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        $name:literal => pub struct $Section:ident {
            $( $(#[doc = $meaning:literal])+ $key:ident: $held:ty = $setting:expr; )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug)]
        pub struct $Section {
            $( $(#[doc = $meaning])+ pub $key: $held, )+
        }

        impl $Section {
            /// The section as data.
            pub const SECTION: $crate::config::Section = $crate::config::Section {
                name: $name,
                about: concat!($($about),+),
                settings: &[
                    $( $setting.declared($name, stringify!($key), concat!($($meaning),+)) ),+
                ],
            };

            pub(super) fn read(
                values: &$crate::config::Values,
            ) -> Result<Self, $crate::config::ConfigError> {
                Ok(Self { $( $key: values.get($name, stringify!($key))?, )+ })
            }
        }
    };
}

pub(super) use section;
