//! A map from text as a list in order, which is searched. The standard library's has kilobytes of code
//! for each type of value, and ours hold a few rows.

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map<T>(Vec<(String, T)>);

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self(vec![])
    }
}

impl<T> Map<T> {
    /// Where a key is, or where it belongs.
    fn place(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| known.as_str().cmp(key))
    }

    pub fn get(&self, key: &str) -> Option<&T> {
        let (_, value) = self.0.get(self.place(key).ok()?)?;
        Some(value)
    }

    /// Gives back what was there.
    pub fn insert(&mut self, key: String, value: T) -> Option<T> {
        match self.place(&key) {
            Ok(at) => self.0.get_mut(at).map(|(_, known)| std::mem::replace(known, value)),
            Err(at) => {
                self.0.insert(at, (key, value));
                None
            }
        }
    }

    pub fn retain(&mut self, mut stays: impl FnMut(&T) -> bool) {
        self.0.retain(|(_, value)| stays(value));
    }

    pub fn clear(&mut self) {
        self.0.clear();
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All whose keys start with a prefix, in order.
    pub fn under(&self, prefix: &str) -> impl Iterator<Item = &(String, T)> {
        let from = self.place(prefix).unwrap_or_else(|at| at);
        self.0.iter().skip(from).take_while(move |(key, _)| key.starts_with(prefix))
    }

    pub fn iter(&self) -> std::slice::Iter<'_, (String, T)> {
        self.0.iter()
    }
}

impl<T> FromIterator<(String, T)> for Map<T> {
    fn from_iter<I: IntoIterator<Item = (String, T)>>(rows: I) -> Self {
        let mut map = Self::default();
        for (key, value) in rows {
            map.insert(key, value);
        }
        map
    }
}

impl<T> IntoIterator for Map<T> {
    type Item = (String, T);
    type IntoIter = std::vec::IntoIter<(String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Map<T> {
    type Item = &'a (String, T);
    type IntoIter = std::slice::Iter<'a, (String, T)>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn it_is_the_standard_map() {
        let (mut ours, mut theirs) = (Map::default(), BTreeMap::new());
        for (value, key) in ["b", "a/2", "a", "a/1", "c", "a/1", "", "b"].into_iter().enumerate() {
            assert_eq!(ours.insert(key.to_owned(), value), theirs.insert(key.to_owned(), value), "{key}");
            assert_eq!(ours.len(), theirs.len());
        }
        assert!(ours.iter().map(|(key, value)| (key, value)).eq(&theirs));
        assert_eq!(ours.get("a/1"), Some(&5));
        assert_eq!(ours.get("a/3"), None);
        let under: Vec<&str> = ours.under("a/").map(|(key, _)| key.as_str()).collect();
        assert_eq!(under, ["a/1", "a/2"]);
        ours.retain(|value| *value > 4);
        assert!(ours.clone().into_iter().eq([(String::new(), 6), ("a/1".to_owned(), 5), ("b".to_owned(), 7)]));
        ours.clear();
        assert!(ours.is_empty());
    }
}
