//! What an element is asked at the turns of its life, and what it may answer.

use crate::compile::Graph;
use crate::entity::ElementInstance;
use crate::ids::Id;
use crate::step::context::Step;
use crate::step::fault::Done;
use casewright_engine_model::model::{FlowIndex, NodeIndex};
use casewright_engine_value::Value;
use smol_str::SmolStr;
use std::sync::Arc;

/// What a kind of element does at the turns of its life. All but [`Element::enter`] have an answer that fits most.
///
/// A hook may emit events of its own element instance and of what belongs to it: children, subscriptions, jobs, tasks,
/// variables. It must never end its own activity instance or move its own token: it says so by what it returns.
///
/// What has to go when an instance is terminated is seen by what it has (children, a called instance, a task, jobs,
/// subscriptions), so there is no hook for that: `behavior/scopes.rs` clears it away whatever the element.
pub(crate) trait Element {
    /// Does what the element is for. The activity instance has begun, its inputs are mapped, its boundary events wait and
    /// its start listeners have run (BPMN 2.0.2, section 13.3.2: `Active`).
    ///
    /// May create what it waits for, put tokens inside, throw. Must not complete what it has just begun to wait for.
    fn enter(&self, step: &mut Step<'_>, at: At<'_>) -> Done<Then>;

    /// `child`, directly inside this scope, is about to end, and can still be evaluated in (section 13.3.7, the counters
    /// of multi-instance activities).
    ///
    /// May keep count in variables and in the scope's instance. Must not cancel or create children.
    fn child_completing(&self, _step: &mut Step<'_>, _scope: At<'_>, _child: &ElementInstance) -> Done<Progress> {
        Ok(Progress::GoesOn)
    }

    /// `child` has ended, and its token would take the way of `next` (sections 13.3.5 and 13.3.7).
    ///
    /// May cancel the other children, create further ones, or have the scope leave when nothing is left inside.
    fn child_completed(
        &self,
        _step: &mut Step<'_>,
        _scope: At<'_>,
        _child: &ElementInstance,
        _next: &Next,
        _progress: Progress,
    ) -> Done<Token> {
        Ok(Token::GoesOn)
    }

    /// A child was taken out of this scope from outside, by a modification or a deletion. Says whether the scope goes as
    /// well: most do when nothing else is inside.
    ///
    /// May keep count. Must not create children.
    fn child_cancelled(&self, step: &mut Step<'_>, scope: At<'_>) -> Done<Remains> {
        Ok(if step.state().has_children(scope.id) { Remains::Stays } else { Remains::Goes })
    }

    /// The last token inside has ended (section 13.3.4: a subprocess completes then).
    fn emptied(&self, _step: &mut Step<'_>, _scope: At<'_>) -> Done<Then> {
        Ok(Then::Leaves)
    }

    /// All inside this scope was cancelled by an event that takes its place (section 13.5.4).
    ///
    /// May change what the scope's instance waits for.
    fn interrupted(&self, _step: &mut Step<'_>, _scope: At<'_>) -> Done {
        Ok(())
    }

    /// What this element threw has been compensated (section 13.5.5).
    fn compensated(&self, _step: &mut Step<'_>, _at: At<'_>) -> Done<Then> {
        Ok(Then::Leaves)
    }

    /// Tokens came or went in the scope of a gateway that watches it: `at.id` is the scope, `at.node` the gateway (section
    /// 13.4.5).
    ///
    /// May merge and end tokens that wait at it.
    fn look_again(&self, _step: &mut Step<'_>, _at: At<'_>) -> Done<Look> {
        Ok(Look::Waits)
    }
}

/// An element instance, and the node that it is an instance of.
#[derive(Clone, Copy)]
pub(crate) struct At<'g> {
    pub(crate) id: Id,
    pub(crate) node: NodeIndex,
    pub(crate) graph: &'g Graph,
}

/// What follows from what an element did.
pub(crate) enum Then {
    /// It waits: for its children, for an event, for somebody.
    Waits,
    /// It is done, and leaves over the flows whose conditions are true.
    Leaves,
    /// It is done, and has chosen where its token goes.
    Completes(Next),
    /// A called instance begins at this start event; the element waits for it.
    Begins {
        instance: Id,
        start: NodeIndex,
    },
    /// Its gateway looks whether it is time.
    LooksAgain,
    ThrowsError {
        code: SmolStr,
        message: Option<SmolStr>,
    },
    ThrowsEscalation {
        code: SmolStr,
    },
    Broadcasts(Signal),
    /// It waits until what completed in its scope is undone: this activity, or all.
    Compensates {
        activity: Option<SmolStr>,
    },
    /// The token of another element, which is gone, ends.
    EndsToken(Arc<ElementInstance>),
}

/// A signal with what goes with it.
pub(crate) struct Signal {
    pub(crate) name: SmolStr,
    pub(crate) variables: Vec<(SmolStr, Value)>,
    /// Those who wait in the thrower's own root instance get it later, as all others do.
    pub(crate) is_async: bool,
}

/// Where the token goes from a completed activity.
#[derive(Clone, Debug)]
pub(crate) enum Next {
    /// Over these flows; it ends when there is none.
    Flows(Vec<FlowIndex>),
    /// To the catching end of a link.
    Link(NodeIndex),
}

impl Next {
    pub(crate) fn leads_on(&self) -> bool {
        !matches!(self, Self::Flows(flows) if flows.is_empty())
    }
}

/// How far a scope is with the child that is about to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Progress {
    GoesOn,
    /// Its completion condition is true.
    Satisfied,
}

/// What becomes of the token of a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    GoesOn,
    Ends,
}

/// What becomes of a scope that a child was taken out of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remains {
    Stays,
    Goes,
}

/// What a gateway that watches its scope finds.
pub(crate) enum Look {
    /// It is not time.
    Waits,
    /// The token, in which the others have merged, goes on.
    Fires { token: Id, flows: Vec<FlowIndex> },
    /// It has waited for tokens that do not come any more.
    Resets,
    /// Tokens that came late have ended at it.
    TakesIn,
}
