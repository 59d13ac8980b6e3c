//! A name server on this machine that says what a test tells it, over UDP: TXT records, or nothing at all.

use hickory_proto::op::{Message, ResponseCode};
use hickory_proto::rr::rdata::TXT;
use hickory_proto::rr::{RData, Record, RecordType};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// Bytes of one string of a TXT record (RFC 1035 section 3.3.14).
const STRING_LIMIT: usize = 255;

/// What is said of names: TXT records, by the name in small letters without its last dot.
type Zone = Arc<Mutex<HashMap<String, Vec<String>>>>;

/// Answers until it is dropped.
pub struct NameServer {
    pub address: SocketAddr,
    zone: Zone,
    asked: Arc<Mutex<Vec<String>>>,
    answering: JoinHandle<()>,
}

impl NameServer {
    /// What nobody told it about does not exist.
    pub async fn start() -> Self {
        Self::listen(true).await
    }

    /// Takes questions and never answers.
    pub async fn silent() -> Self {
        Self::listen(false).await
    }

    async fn listen(answers: bool) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let (zone, asked) = (Zone::default(), Arc::<Mutex<Vec<String>>>::default());
        let (known, heard) = (Arc::clone(&zone), Arc::clone(&asked));
        let answering = tokio::spawn(async move {
            let mut buffer = [0; 4_096];
            loop {
                let (length, from) = socket.recv_from(&mut buffer).await.unwrap();
                let question = Message::from_vec(&buffer[..length]).unwrap();
                heard.lock().unwrap().push(name_of(&question));
                if answers {
                    let answer = answer(&known, &question).to_vec().unwrap();
                    socket.send_to(&answer, from).await.unwrap();
                }
            }
        });
        Self { address, zone, asked, answering }
    }

    /// Adds a TXT record.
    pub fn say(&self, name: &str, text: &str) {
        self.zone.lock().unwrap().entry(name.to_ascii_lowercase()).or_default().push(text.to_owned());
    }

    /// How much it was asked.
    pub fn questions(&self) -> usize {
        self.asked.lock().unwrap().len()
    }

    /// How often it was asked about the name.
    pub fn asked(&self, name: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| *asked == name).count()
    }
}

impl Drop for NameServer {
    fn drop(&mut self) {
        self.answering.abort();
    }
}

fn name_of(question: &Message) -> String {
    let name = question.queries.first().map(|query| query.name().to_ascii().to_ascii_lowercase());
    name.unwrap_or_default().trim_end_matches('.').to_owned()
}

fn answer(zone: &Zone, question: &Message) -> Message {
    let mut answer = Message::response(question.metadata.id, question.metadata.op_code);
    answer.metadata.recursion_desired = question.metadata.recursion_desired;
    answer.metadata.recursion_available = true;
    answer.add_queries(question.queries.iter().cloned());
    let zone = zone.lock().unwrap();
    let Some(texts) = zone.get(&name_of(question)) else {
        answer.metadata.response_code = ResponseCode::NXDomain;
        return answer;
    };
    for query in question.queries.iter().filter(|query| query.query_type() == RecordType::TXT) {
        answer.add_answers(texts.iter().map(|text| {
            let strings = text.as_bytes().chunks(STRING_LIMIT).collect();
            Record::from_rdata(query.name().clone(), 60, RData::TXT(TXT::from_bytes(strings)))
        }));
    }
    answer
}
