//! A tree of HTML that counts what is put into it.

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use comrak::html::dangerous_url;
use htmd::Node;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, ExpandedName, QualName};
use markup5ever_rcdom::RcDom;

/// Most elements: one for each eight bytes of the longest rich text.
const MOST_ELEMENTS: usize = 32 * 1024;

/// Most that is put before a table because it does not belong into one.
const MOST_MISPLACED: usize = 1_000;

/// Deepest nesting that is read: the converter recurses, and an invocation has the
/// stack of one thread.
pub(crate) const DEEPEST: usize = 100;

type Handle = Rc<Node>;

/// A tree that counts what is put into it.
#[derive(Default)]
pub(crate) struct BoundedDom {
    dom: RcDom,
    changes: Cell<usize>,
    elements: Cell<usize>,
    misplaced: Cell<usize>,
    too_deep: Cell<bool>,
}

impl BoundedDom {
    /// The document as far as it was read.
    pub(crate) fn document(&self) -> Handle {
        self.dom.document.clone()
    }

    /// The number of changes made to it.
    pub(crate) fn changes(&self) -> usize {
        self.changes.get()
    }

    /// Returns whether it is nested too deep, or more than a mail should make.
    pub(crate) fn is_too_much(&self) -> bool {
        self.too_deep.get()
            || self.elements.get() > MOST_ELEMENTS
            || self.misplaced.get() > MOST_MISPLACED
    }

    /// Counts a node that is put beside or below another.
    fn count(&self, neighbour: &Handle) {
        add_one(&self.changes);
        if depth(neighbour) >= DEEPEST {
            self.too_deep.set(true);
        }
    }
}

fn add_one(count: &Cell<usize>) {
    count.set(count.get() + 1);
}

/// Counts the nodes that a node stands in, with itself, no further than it matters.
fn depth(node: &Handle) -> usize {
    std::iter::successors(Some(node.clone()), parent).take(DEEPEST).count()
}

fn parent(node: &Handle) -> Option<Handle> {
    let parent = node.parent.take();
    node.parent.set(parent.clone());
    parent?.upgrade()
}

/// Returns whether an attribute holds an address that nobody should follow, or, with `data:`,
/// one that is a whole file. Browsers read over blanks and control characters in it.
fn is_unsafe(attribute: &Attribute) -> bool {
    let is_address = matches!(&*attribute.name.local, "href" | "src");
    let seen = attribute.value.chars().filter(|c| !c.is_whitespace() && !c.is_control());
    let begins: String = seen.take(20).collect();
    is_address && (dangerous_url(&begins) || begins.to_lowercase().starts_with("data:"))
}

/// The tree of the library, and its counts. What a `<select>` shows of its options is
/// not copied: nobody reads it.
impl TreeSink for BoundedDom {
    type Handle = Handle;
    type Output = Self;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self {
        self
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        self.dom.get_document()
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> ExpandedName<'a> {
        self.dom.elem_name(target)
    }

    fn create_element(&self, name: QualName, attrs: Vec<Attribute>, flags: ElementFlags) -> Handle {
        add_one(&self.elements);
        let attrs = attrs.into_iter().filter(|attribute| !is_unsafe(attribute)).collect();
        self.dom.create_element(name, attrs, flags)
    }

    fn create_comment(&self, text: StrTendril) -> Handle {
        self.dom.create_comment(text)
    }

    fn create_pi(&self, target: StrTendril, data: StrTendril) -> Handle {
        self.dom.create_pi(target, data)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        self.count(parent);
        self.dom.append(parent, child);
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous: &Handle,
        child: NodeOrText<Handle>,
    ) {
        add_one(&self.misplaced);
        self.count(element);
        self.dom.append_based_on_parent_node(element, previous, child);
    }

    fn append_doctype_to_document(&self, name: StrTendril, public: StrTendril, system: StrTendril) {
        self.dom.append_doctype_to_document(name, public, system);
    }

    fn get_template_contents(&self, target: &Handle) -> Handle {
        self.dom.get_template_contents(target)
    }

    fn same_node(&self, one: &Handle, other: &Handle) -> bool {
        self.dom.same_node(one, other)
    }

    fn set_quirks_mode(&self, mode: QuirksMode) {
        self.dom.set_quirks_mode(mode);
    }

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        add_one(&self.misplaced);
        self.count(sibling);
        self.dom.append_before_sibling(sibling, child);
    }

    fn add_attrs_if_missing(&self, target: &Handle, attrs: Vec<Attribute>) {
        self.dom.add_attrs_if_missing(target, attrs);
    }

    fn remove_from_parent(&self, target: &Handle) {
        self.dom.remove_from_parent(target);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        self.dom.reparent_children(node, new_parent);
    }

    fn is_mathml_annotation_xml_integration_point(&self, handle: &Handle) -> bool {
        self.dom.is_mathml_annotation_xml_integration_point(handle)
    }
}
