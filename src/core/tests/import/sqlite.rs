//! Databases of SQLite, of one table whose rows all share their bytes (sqlite.org/fileformat2.html).

/// A number as SQLite writes it.
fn varint(mut value: usize) -> Vec<u8> {
    let mut bytes = vec![(value & 0x7f) as u8];
    while value > 0x7f {
        value >>= 7;
        bytes.insert(0, (value & 0x7f) as u8 | 0x80);
    }
    bytes
}

/// The kind of a cell with this text.
pub fn text(text: &str) -> usize {
    13 + 2 * text.len()
}

/// A record of SQLite's: its cells' kinds, and their bytes.
pub fn record(kinds: &[usize], body: &[u8]) -> Vec<u8> {
    let kinds: Vec<u8> = kinds.iter().flat_map(|kind| varint(*kind)).collect();
    // The header's length counts itself.
    let one = varint(kinds.len() + 1);
    let length = varint(kinds.len() + one.len());
    [length, kinds, body.to_vec()].concat()
}

/// A page of SQLite's with so many pointers, all to the same row.
fn leaf(header: usize, rows: usize, record: &[u8]) -> Vec<u8> {
    const PAGE: usize = 65_536;
    let mut page = vec![0; PAGE];
    let cell = [&varint(record.len())[..], &[1], record].concat();
    let place = PAGE - cell.len();
    page[place..].copy_from_slice(&cell);
    page[header] = 13;
    page[header + 3..header + 5].copy_from_slice(&u16::try_from(rows).unwrap().to_be_bytes());
    let pointers = header + 8..header + 8 + 2 * rows;
    assert!(pointers.end <= place, "the pointers fit");
    let pointer = u16::try_from(place).unwrap().to_be_bytes();
    page[pointers].copy_from_slice(&pointer.repeat(rows));
    page
}

/// A database of two pages, with a table that has one row so many times.
pub fn database(table: &str, columns: &str, rows: usize, row: &[u8]) -> Vec<u8> {
    let sql = format!("CREATE TABLE {table}({columns})");
    let kinds = [text("table"), text(table), text(table), 1, text(&sql)];
    let body = format!("table{table}{table}\u{2}{sql}");
    let mut first = leaf(100, 1, &record(&kinds, body.as_bytes()));
    first[..16].copy_from_slice(b"SQLite format 3\0");
    // A page size of 65,536.
    first[16..18].copy_from_slice(&[0, 1]);
    [first, leaf(0, rows, row)].concat()
}
