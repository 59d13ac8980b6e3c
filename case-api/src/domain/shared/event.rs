//! What happens to something that is shared, as the journal has it: `{"type": "saved-view-created", "owner": …, "view": …}`.

use super::state::SharedContent;
use crate::domain::person::Person;
use serde::de::{DeserializeOwned, Error as _};
use serde::ser::SerializeMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// What happens to something that is shared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum SharedEvent<C> {
    Created { owner: Person, content: C },
    Changed { content: C },
    Deleted,
}

impl<C: SharedContent> SharedEvent<C> {
    /// As entries are called.
    pub(crate) fn name(&self) -> &'static str {
        let [created, changed, deleted] = C::EVENTS;
        match self {
            Self::Created { .. } => created,
            Self::Changed { .. } => changed,
            Self::Deleted => deleted,
        }
    }
}

impl<C: SharedContent> Serialize for SharedEvent<C> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("type", self.name())?;
        match self {
            Self::Created { owner, content } => {
                map.serialize_entry("owner", owner)?;
                map.serialize_entry(C::MEMBER, content)?;
            }
            Self::Changed { content } => map.serialize_entry(C::MEMBER, content)?,
            Self::Deleted => {}
        }
        map.end()
    }
}

impl<'de, C: SharedContent> Deserialize<'de> for SharedEvent<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut members = Map::<String, Value>::deserialize(deserializer)?;
        let name = taken::<String, D::Error>(&mut members, "type")?;
        let [created, changed, deleted] = C::EVENTS;
        if name == created {
            let owner = taken(&mut members, "owner")?;
            return Ok(Self::Created { owner, content: taken(&mut members, C::MEMBER)? });
        }
        if name == changed {
            return Ok(Self::Changed { content: taken(&mut members, C::MEMBER)? });
        }
        if name == deleted {
            return Ok(Self::Deleted);
        }
        Err(D::Error::unknown_variant(&name, &[]))
    }
}

fn taken<T: DeserializeOwned, E: serde::de::Error>(
    members: &mut Map<String, Value>,
    name: &'static str,
) -> Result<T, E> {
    let value = members.remove(name).ok_or_else(|| E::missing_field(name))?;
    serde_json::from_value(value).map_err(E::custom)
}
