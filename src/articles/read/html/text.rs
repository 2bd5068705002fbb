//! The text of an element, laid out as a browser would: blocks divided by blank lines.

use dom_query::{Document, NodeRef};

/// Elements whose text stands in the line of the text around them; all others are blocks.
const INLINE: [&str; 26] = [
    "a", "abbr", "acronym", "bdi", "bdo", "cite", "data", "del", "dfn", "ins", "kbd", "label", "mark",
    "meter", "output", "q", "ruby", "samp", "span", "sub", "sup", "time", "var", "wbr", "img", "rb",
];

/// Elements whose text is for machines or for working the page.
const SILENT: [&str; 8] = ["head", "title", "button", "nav", "form", "rp", "rt", "map"];

/// What is left to do in the walk through the tree.
enum Step<'a> {
    Enter(NodeRef<'a>),
    Leave(Edge),
}

/// What stands at both ends of an element.
#[derive(Clone, Copy)]
enum Edge {
    Block,
    QuotationMark,
    Cell,
}

/// The text of `node`: blocks divided by blank lines, `br` as a line feed, other white space as one
/// space.
pub(super) fn of_node(node: &NodeRef<'_>) -> String {
    let mut layout = Layout::default();
    let mut steps = vec![Step::Enter(*node)];
    while let Some(step) = steps.pop() {
        match step {
            Step::Leave(edge) => layout.close(edge),
            Step::Enter(node) => {
                if node.is_text() {
                    layout.text(&node.text());
                    continue;
                }
                let name = node.node_name().unwrap_or_default();
                match &*name {
                    name if SILENT.contains(&name) => continue,
                    "br" => {
                        layout.line_break();
                        continue;
                    }
                    "q" => layout.quotation(&mut steps),
                    "td" | "th" => steps.push(Step::Leave(Edge::Cell)),
                    name if INLINE.contains(&name) => {}
                    _ => {
                        layout.close(Edge::Block);
                        steps.push(Step::Leave(Edge::Block));
                    }
                }
                steps.extend(node.children_it(true).map(Step::Enter));
            }
        }
    }
    layout.text.truncate(layout.text.trim_end().len());
    layout.text
}

/// The text of the paragraphs in the body, or of the whole body where it has none, for pages in which
/// no main text is found.
pub(super) fn of_paragraphs(document: &Document) -> String {
    let paragraphs: Vec<String> =
        document.select("body p").nodes().iter().map(of_node).filter(|text| !text.is_empty()).collect();
    if !paragraphs.is_empty() {
        return paragraphs.join("\n\n");
    }
    document.body().map(|body| of_node(&body)).unwrap_or_default()
}

/// Text in the making.
#[derive(Default)]
struct Layout {
    text: String,
    /// White space that the next word needs before it.
    gap: Gap,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Gap {
    #[default]
    None,
    Space,
    Line,
    Block,
}

impl Layout {
    fn text(&mut self, text: &str) {
        let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}');
        let mut words = text.split(is_space).peekable();
        while let Some(word) = words.next() {
            if !word.is_empty() {
                self.write_gap();
                self.text.push_str(word);
            }
            if words.peek().is_some() {
                self.gap = self.gap.max(Gap::Space);
            }
        }
    }

    fn line_break(&mut self) {
        // Two in a row divide paragraphs.
        self.gap = if self.gap >= Gap::Line { Gap::Block } else { Gap::Line };
    }

    fn quotation<'a>(&mut self, steps: &mut Vec<Step<'a>>) {
        self.write_gap();
        self.text.push('“');
        steps.push(Step::Leave(Edge::QuotationMark));
    }

    fn close(&mut self, edge: Edge) {
        match edge {
            Edge::Block => self.gap = Gap::Block,
            Edge::Cell => self.gap = self.gap.max(Gap::Space),
            Edge::QuotationMark => {
                // A space before the end of the element stands after the mark.
                self.text.push('”');
            }
        }
    }

    fn write_gap(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        if !self.text.is_empty() {
            self.text.push_str(match gap {
                Gap::None => "",
                Gap::Space => " ",
                Gap::Line => "\n",
                Gap::Block => "\n\n",
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expected: &str) {
        let document = Document::from(html);
        assert_eq!(of_node(&document.body().unwrap()), expected, "{html}");
    }

    #[test]
    fn blocks_and_lines() {
        check("<p>One</p><p>Two</p>", "One\n\nTwo");
        check("<div>One<div>Two</div>Three</div>", "One\n\nTwo\n\nThree");
        check("One<br>Two<br><br>Three", "One\nTwo\n\nThree");
        check("<ul><li>One</li><li>Two</li></ul>", "One\n\nTwo");
        check("<table><tr><td>One</td><td>Two</td></tr><tr><td>Three</td></tr></table>", "One Two\n\nThree");
        check("<figure><img src=a><figcaption>One</figcaption></figure>Two", "One\n\nTwo");
    }

    #[test]
    fn words_are_neither_glued_nor_split() {
        check(
            "<p>nego<span>tia</span>tions <a href=x>resume</a>, she said</p>",
            "negotiations resume, she said",
        );
        check("<p>One\n   <span> two</span> three</p>", "One two three");
        check("<p>a&nbsp;b &amp; c &#8220;d&#8221; &mdash; e</p>", "a\u{a0}b & c “d” — e");
        check("<p>He called it <q>a start</q>.</p>", "He called it “a start”.");
        check("<p>un<wbr>likely</p>", "unlikely");
    }

    #[test]
    fn what_is_not_text() {
        check("<nav>Home</nav><p>One</p><button>Share</button>", "One");
        check("", "");
    }
}
