use serde_json::json;

use super::*;

fn mail(from: &str, subject: &str) -> Message {
    serde_json::from_value(json!({ "id": "m", "type": "MESSAGE", "direction": "INCOMING",
        "channelId": "1002", "subject": subject, "text": "hi",
        "senders": [{ "deliveryIdentifier": { "type": "HS_EMAIL_ADDRESS", "value": from } }] }))
    .unwrap()
}

#[test]
fn programs_are_known_by_their_address() {
    let own = [EmailAddress::parse("help@acme.example").unwrap()];
    for program in [
        "MAILER-DAEMON@mx.example.com",
        "postmaster@example.com",
        "no-reply@shop.example",
        "NoReply@shop.example",
        "no_reply+order-7@shop.example",
        "orders-noreply@shop.example",
        "do-not-reply@shop.example",
        "donotreply.eu@shop.example",
        "bounces+123-carla=example.com@lists.example",
        "bounce-77@lists.example",
        "auto-reply@shop.example",
        "nicht-antworten@laden.example",
        "ne-pas-repondre@boutique.example",
        "ne-pas-répondre@boutique.example",
        "no-responder@tienda.example",
        "non-rispondere@negozio.example",
        "nao-responda@loja.example",
        "não-responda@loja.example",
        "niet-antwoorden@winkel.example",
        "nie-odpowiadaj@sklep.example",
        "svara-ej@butik.example",
        "svar-ikke@butik.example",
        "Help@Acme.example",
    ] {
        assert!(is_automatic(&mail(program, "Your order"), &own), "{program}");
    }
    for person in [
        "carla@example.com",
        "norbert.eply@example.com",
        "daemon@example.com",
        "post@example.com",
        "master.carla@example.com",
        "reply@example.com",
        "help@other.example",
        "carla+noreply@example.com",
        "office@example.com",
    ] {
        assert!(!is_automatic(&mail(person, "Your order"), &own), "{person}");
    }
}

#[test]
fn autoresponders_and_receipts_are_known_by_their_subject() {
    for automatic in [
        "Automatic reply: Order",
        "AUTOMATIC REPLY: Order",
        "Automatic reply",
        "[Auto-Reply] Order",
        "Out of Office",
        "Out of Office Re: Order",
        "Out of Office AutoReply: Order",
        "Out of office - back on Monday",
        "Out of the office until Monday",
        "I'm out of the office until 3 May",
        "OOO: Order",
        "On annual leave until June",
        "Abwesend bis 3. Mai",
        "Absent jusqu'au 3 mai",
        "Message not delivered",
        "Undeliverable: Order",
        "Undelivered Mail Returned to Sender",
        "Delivery Status Notification (Failure)",
        "Mail delivery failed: returning message to sender",
        "Read: Order",
        "Not read: Order",
        "Delivered: Order",
        "Automatische Antwort: Bestellung",
        "Abwesenheitsnotiz: Bestellung",
        "Abwesend: Urlaub",
        "Gelesen: Bestellung",
        "Unzustellbar: Bestellung",
        "Réponse automatique : Commande",
        "Absence du bureau",
        "Absent: Commande",
        "Lu : Commande",
        "Respuesta automática: Pedido",
        "Fuera de la oficina: Pedido",
        "Leído: Pedido",
        "Risposta automatica: Ordine",
        "Fuori sede: Ordine",
        "Letto: Ordine",
        "Resposta automática: Pedido",
        "Fora do escritório",
        "Lida: Pedido",
        "Automatisch antwoord: Bestelling",
        "Afwezig: Bestelling",
        "Gelezen: Bestelling",
        "Odpowiedź automatyczna: Zamówienie",
        "Poza biurem",
        "Przeczytano: Zamówienie",
        "Autosvar: Beställning",
        "Frånvarande: semester",
        "Läst: Beställning",
        "Automatisk svar: Ordre",
        "Ikke på kontoret",
        "Læst: Ordre",
        "自動応答: 注文",
        "自動返信：注文",
        "【自動返信】お問い合わせありがとうございます",
        "開封済み: 注文",
        "自动答复: 订单",
        "自动回复：订单",
        "自動回覆: 訂單",
        "已读: 订单",
    ] {
        assert!(is_automatic(&mail("carla@example.com", automatic), &[]), "{automatic}");
    }
}

#[test]
fn what_a_person_writes_about_such_mail_is_heard() {
    for person in [
        "Order",
        "Re: Automatic reply: Order",
        "Your automatic replies are broken",
        "Automatic reply feature does not work",
        "Out of office chairs?",
        "On vacation rentals and deposits",
        "Oooh, where is my order",
        "I am out of the office key cards",
        "Absent parts",
        "Read this please",
        "Reading glasses: size",
        "Delivered to the wrong address",
        "Undeliverable parcel, please help",
        "Absence de livraison",
        "Lunettes: commande",
        "Abwesenheit meines Pakets",
        "Ausente una pieza del pedido",
        "Assente un pezzo",
        "Automatische Antworten abstellen",
        "自動返信の設定について",
        "外出先で使えますか",
        "休假酒店的订单",
        "",
    ] {
        assert!(!is_automatic(&mail("carla@example.com", person), &[]), "{person}");
    }
}

#[test]
fn a_chat_has_no_automatic_mail() {
    let mut chat = mail("no-reply@shop.example", "Automatic reply: x");
    chat.channel_id = Some("1000".to_owned());
    assert!(!is_automatic(&chat, &[]));
}
