//! Apache Kafka, one broker that is its own controller (KRaft).
//!
//! It has a second door, which it tells its clients to be at another port: a test puts a relay of its own there and can
//! so be cut off from a broker that goes on for the others.

use super::{Service, folder, maven, once};
use crate::process::{Server, free_port, run};
use anyhow::Result;
use std::net::TcpStream;
use std::process::Command;
use std::time::Duration;

const VERSION: &str = "4.3.1";

pub(crate) fn start() -> Result<Service> {
    let folder = folder("kafka")?;
    once(&folder, VERSION, || {
        maven::dependencies(&folder, &[&format!("org.apache.kafka:kafka_2.13:{VERSION}"), "org.slf4j:slf4j-nop:1.7.36"])
    })?;
    let run_folder = folder.join("run");
    if run_folder.exists() {
        std::fs::remove_dir_all(&run_folder)?;
    }
    std::fs::create_dir_all(&run_folder)?;
    let (port, controller) = (free_port()?, free_port()?);
    let (behind, in_front) = (free_port()?, free_port()?);
    let properties = format!(
        "process.roles=broker,controller\nnode.id=1\ncontroller.quorum.voters=1@127.0.0.1:{controller}\n\
         listeners=PLAINTEXT://127.0.0.1:{port},RELAYED://127.0.0.1:{behind},CONTROLLER://127.0.0.1:{controller}\n\
         advertised.listeners=PLAINTEXT://127.0.0.1:{port},RELAYED://127.0.0.1:{in_front}\n\
         listener.security.protocol.map=PLAINTEXT:PLAINTEXT,RELAYED:PLAINTEXT,CONTROLLER:PLAINTEXT\n\
         controller.listener.names=CONTROLLER\n\
         inter.broker.listener.name=PLAINTEXT\nlog.dirs={}\nnum.partitions=1\noffsets.topic.replication.factor=1\n\
         offsets.topic.num.partitions=1\ntransaction.state.log.replication.factor=1\ntransaction.state.log.min.isr=1\n\
         transaction.state.log.num.partitions=1\nshare.coordinator.state.topic.replication.factor=1\n\
         share.coordinator.state.topic.min.isr=1\nshare.coordinator.state.topic.num.partitions=1\n\
         group.initial.rebalance.delay.ms=0\n",
        run_folder.join("data").display()
    );
    let file = run_folder.join("server.properties");
    std::fs::write(&file, properties)?;
    let libs = format!("{}/*", folder.join("libs").display());
    let java = |arguments: &[&str]| {
        let mut java = Command::new("java");
        java.args(["-cp", &libs]).args(arguments).arg(&file);
        java
    };
    let format = ["kafka.tools.StorageTool", "format", "-t", "Y2FzZXdyaWdodC10ZXN0cw", "-c"];
    run(java(&format).stdout(std::process::Stdio::null()))?;
    let flags = ["-Xms128m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "kafka.Kafka"];
    let mut server = Server::start("Kafka", &mut java(&flags), Some(&folder.join("server.log")))?;
    server.wait_until(Duration::from_secs(60), || TcpStream::connect(("127.0.0.1", port)).is_ok())?;
    let address = format!("127.0.0.1:{port}");
    let relayed = format!("127.0.0.1:{behind},127.0.0.1:{in_front}");
    Ok(Service::new(server, "CASEWRIGHT_TEST_KAFKA", address).and("CASEWRIGHT_TEST_KAFKA_RELAYED", relayed))
}
