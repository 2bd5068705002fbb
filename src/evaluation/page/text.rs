use std::fmt;

/// Text that is written with every character that means something in HTML replaced. Characters that XML and
/// HTML do not allow are written as U+FFFD.
pub(super) struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\n' | '\t' => fmt::Write::write_char(f, character)?,
                control if control.is_control() => f.write_str("\u{fffd}")?,
                other => fmt::Write::write_char(f, other)?,
            }
        }
        Ok(())
    }
}

/// A paragraph with its `[[quote]]` in `<mark>`; where marks do not pair, all of it as it stands.
pub(super) struct Marked<'a>(pub &'a str);

impl fmt::Display for Marked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some((before, after)) = rest.split_once("[[") {
            let Some((inside, behind)) = after.split_once("]]") else { break };
            write!(f, "{}<mark>{}</mark>", Escaped(before), Escaped(inside))?;
            rest = behind;
        }
        write!(f, "{}", Escaped(rest))
    }
}

/// A share as a percentage with one decimal.
pub(super) fn percent(share: f64) -> String {
    format!("{:.1}%", 100.0 * share)
}

/// A whole number with a comma between groups of three digits.
pub(super) fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_through_that_means_something() {
        let hostile = "<script>alert('x')</script> & \"q\"\u{0}\u{1b}[31m";
        let safe = Escaped(hostile).to_string();
        assert!(!safe.contains(['<', '>', '"', '\'', '\u{0}', '\u{1b}']), "{safe}");
        assert!(safe.starts_with("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;q&quot;"));
    }

    #[test]
    fn quotes_are_marked() {
        for (text, expected) in [
            ("He said [[no & yes]].", "He said <mark>no &amp; yes</mark>."),
            ("[[a]] and [[b]]", "<mark>a</mark> and <mark>b</mark>"),
            ("open [[ only", "open [[ only"),
            ("close ]] only", "close ]] only"),
            ("[[<b>]]", "<mark>&lt;b&gt;</mark>"),
        ] {
            assert_eq!(Marked(text).to_string(), expected);
        }
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, expected) in [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567")] {
            assert_eq!(count(number), expected);
        }
    }
}
