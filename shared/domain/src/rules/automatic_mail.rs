//! Mail that no person wrote: answering it would go on without end.

use crate::email::EmailAddress;
use crate::hubspot::message::Message;
use crate::hubspot::party::Party;
use crate::rules::email_signature::Signature;

/// Names that only programs send from, in letters alone.
const SENDERS: [&str; 6] =
    ["mailerdaemon", "postmaster", "autoreply", "autoresponder", "autoresponse", "bounce"];

/// "No reply" in the languages of the mail that is common here; it may stand anywhere in the
/// name, as in `orders-noreply`.
const NO_REPLY: [&str; 17] = [
    "noreply",
    "donotreply",
    "dontreply",
    "neverreply",
    "nichtantworten",
    "keineantwort",
    "nepasrepondre",
    "noresponder",
    "norespondas",
    "nonrispondere",
    "naoresponda",
    "naoresponder",
    "nietantwoorden",
    "geenantwoord",
    "nieodpowiadaj",
    "svaraej",
    "svarikke",
];

/// Beginnings of an autoresponder's or a mail system's subject. Behind them the subject ends,
/// or a mark or the subject of the answered mail follows: "Automatic replies are broken" is a
/// person's.
const SUBJECTS: &[&str] = &[
    // English
    "automatic reply",
    "automatic response",
    "auto reply",
    "auto-reply",
    "autoreply",
    "auto response",
    "auto-response",
    "automated reply",
    "automated response",
    "ooo",
    "out-of-office",
    "out of office",
    "out of office autoreply",
    "out of office reply",
    "out of the office",
    "i am out of office",
    "i am out of the office",
    "i'm out of the office",
    "i’m out of the office",
    "currently out of the office",
    "away from the office",
    "away from my mail",
    "on vacation",
    "on annual leave",
    "vacation reply",
    "undeliverable",
    "undeliverable mail",
    "undeliverable message",
    "message undeliverable",
    "message not delivered",
    "warning: could not send message",
    "address not found",
    "delivery has failed",
    "delivery incomplete",
    "undelivered mail returned to sender",
    "undelivered mail",
    "returned mail",
    "mail delivery failed",
    "mail delivery failure",
    "mail delivery system",
    "delivery status notification",
    "delivery failure",
    "failure notice",
    "read receipt",
    "delivery receipt",
    // German
    "automatische antwort",
    "automatische rückantwort",
    "automatische abwesenheitsnotiz",
    "abwesenheitsnotiz",
    "abwesenheitsmeldung",
    "abwesenheitsassistent",
    "abwesend",
    "abwesenheit",
    "außer haus",
    "nicht im büro",
    "unzustellbar",
    "lesebestätigung",
    // French
    "réponse automatique",
    "reponse automatique",
    "message d'absence",
    "message d’absence",
    "absence du bureau",
    "absent du bureau",
    "absence",
    "absent",
    "non remis",
    "non distribuable",
    "accusé de lecture",
    // Spanish
    "respuesta automática",
    "respuesta automatica",
    "fuera de la oficina",
    "fuera de oficina",
    "ausente",
    "no se puede entregar",
    "no entregado",
    "confirmación de lectura",
    // Italian
    "risposta automatica",
    "fuori sede",
    "fuori ufficio",
    "assente",
    "assenza",
    "non recapitabile",
    "conferma di lettura",
    // Portuguese
    "resposta automática",
    "resposta automatica",
    "fora do escritório",
    "fora do escritorio",
    "ausência do escritório",
    "ausência",
    "não é possível entregar",
    "não entregue",
    "confirmação de leitura",
    // Dutch
    "automatisch antwoord",
    "automatische beantwoording",
    "afwezigheidsbericht",
    "afwezig",
    "afwezigheid",
    "niet aanwezig",
    "onbestelbaar",
    "leesbevestiging",
    // Polish
    "odpowiedź automatyczna",
    "automatyczna odpowiedź",
    "autoodpowiedź",
    "poza biurem",
    "nieobecność",
    "nieobecny",
    "niedostarczalne",
    "nie można dostarczyć",
    "potwierdzenie przeczytania",
    // Swedish
    "autosvar",
    "automatiskt svar",
    "automatiskt meddelande",
    "frånvarande",
    "frånvaro",
    "frånvaromeddelande",
    "inte på kontoret",
    "ej på kontoret",
    "går inte att leverera",
    "kan inte levereras",
    "läskvitto",
    // Danish
    "automatisk svar",
    "automatisk besvarelse",
    "fraværende",
    "fravær",
    "fraværsbesked",
    "ikke på kontoret",
    "ikke til stede",
    "kan ikke leveres",
    "kvittering for læsning",
    // Japanese
    "自動応答",
    "自動返信",
    "自動返信メール",
    "自動応答メール",
    "不在通知",
    "不在",
    "不在のお知らせ",
    "外出中",
    "休暇中",
    "配信不能",
    "配信できません",
    "開封確認",
    // Chinese
    "自动答复",
    "自动回复",
    "自動回覆",
    "自動回復",
    "自动应答",
    "外出",
    "不在办公室",
    "不在辦公室",
    "休假",
    "无法传递",
    "無法傳遞",
    "无法送达",
    "退信",
    "已读回执",
];

/// Beginnings of a receipt's subject, before a colon: read, not read, delivered.
const RECEIPTS: &[&str] = &[
    "read",
    "not read",
    "delivered",
    "relayed",
    "gelesen",
    "ungelesen",
    "nicht gelesen",
    "zugestellt",
    "übermittelt",
    "lu",
    "non lu",
    "remis",
    "leído",
    "leido",
    "no leído",
    "entregado",
    "letto",
    "non letto",
    "consegnato",
    "recapitato",
    "lida",
    "lido",
    "não lida",
    "não lido",
    "entregue",
    "gelezen",
    "niet gelezen",
    "ongelezen",
    "bezorgd",
    "afgeleverd",
    "przeczytano",
    "przeczytane",
    "nieprzeczytane",
    "odczytano",
    "dostarczono",
    "läst",
    "oläst",
    "ej läst",
    "levererat",
    "læst",
    "ikke læst",
    "leveret",
    "開封済み",
    "未開封",
    "既読",
    "配信済み",
    "已读",
    "已讀",
    "未读",
    "未讀",
    "已送达",
    "已傳遞",
];

/// Prefixes of answers and forwards, which may follow an autoresponder's words directly.
const ANSWERS: [&str; 16] = [
    "re:", "aw:", "fw:", "fwd:", "wg:", "tr:", "rv:", "r:", "res:", "enc:", "antw:", "odp:", "sv:",
    "vs:", "答复:", "回复:",
];

/// "Until", which names the end of an absence.
const UNTIL: [&str; 12] = [
    "until ",
    "till ",
    "through ",
    "bis ",
    "jusqu",
    "hasta ",
    "fino ",
    "até ",
    "tot ",
    "t/m ",
    "till och med ",
    "til ",
];

/// Returns whether an incoming mail was written by a program: by its sender, its subject, or
/// because it comes from the inbox itself.
pub fn is_automatic(message: &Message, own_addresses: &[EmailAddress]) -> bool {
    if !message.is_email() {
        return false;
    }
    let sender = message.sender().and_then(Party::email);
    sender.is_some_and(|sender| is_program(&sender) || own_addresses.contains(&sender))
        || message.subject().is_some_and(is_automatic_subject)
}

/// Returns whether a mail may come from one of the portal's own addresses, so that these have
/// to be known: its sender is among its recipients, or has the domain of a signature.
pub fn may_be_our_own(message: &Message, signatures: &[Signature]) -> bool {
    let Some(sender) = message.sender().and_then(Party::email) else { return false };
    message.is_email()
        && (message.recipients.iter().any(|to| to.email().as_ref() == Some(&sender))
            || signatures.iter().any(|signature| signature.domain.is(sender.domain())))
}

fn is_program(sender: &EmailAddress) -> bool {
    // What follows a `+` tells mails apart, not senders.
    let name = sender.local_part().split('+').next().unwrap_or_default();
    let letters: String = name.chars().filter(|c| c.is_alphabetic()).map(without_accent).collect();
    let is_bounce = letters.starts_with("bounce");
    is_bounce
        || SENDERS.contains(&letters.as_str())
        || NO_REPLY.iter().any(|word| letters.contains(word))
}

fn without_accent(letter: char) -> char {
    match letter {
        'ã' => 'a',
        'é' => 'e',
        letter => letter,
    }
}

fn is_automatic_subject(subject: &str) -> bool {
    let subject = subject.to_lowercase().replace('：', ":");
    let subject = subject.trim_start_matches(|c: char| c.is_whitespace() || is_bracket(c));
    let receipts = RECEIPTS.iter().filter_map(|words| subject.strip_prefix(words));
    let automatic = SUBJECTS.iter().filter_map(|words| subject.strip_prefix(words));
    receipts.map(str::trim_start).any(|rest| rest.starts_with(':'))
        || automatic.map(str::trim_start).any(ends_there)
}

/// Returns whether this can follow an autoresponder's words.
fn ends_there(rest: &str) -> bool {
    let mark = rest.chars().next().is_none_or(|c| ":-–—|/!.,;([{<".contains(c) || is_bracket(c));
    mark || ANSWERS.iter().chain(&UNTIL).any(|words| rest.starts_with(words))
}

fn is_bracket(c: char) -> bool {
    "[]【】()（）<>«»「」*\"'".contains(c)
}

#[cfg(test)]
#[path = "automatic_mail_tests.rs"]
mod tests;
