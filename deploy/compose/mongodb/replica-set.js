// Makes the replica set rs0 and the user of the platform, once; run again it changes nothing. It runs in the network of the first member,
// for MongoDB lets a first user be made from its own machine only.
const fs = require("node:fs");
const secret = (name) => fs.readFileSync(`/run/secrets/${name}`, "utf8").trim();
const members = ["mongodb-1:27017", "mongodb-2:27017", "mongodb-3:27017"];
const administrator = secret("mongodb-admin-password");

let admin = connect("mongodb://127.0.0.1:27017/admin?directConnection=true");
try {
  // The first is preferred, so that it is the primary when the first user is made.
  const configured = members.map((host, id) => ({ _id: id, host, priority: id === 0 ? 2 : 1 }));
  admin.adminCommand({ replSetInitiate: { _id: "rs0", members: configured } });
} catch (error) {
  // 23: it is there. 13: it is there, with users.
  if (error.code !== 23 && error.code !== 13) throw error;
}
for (let tries = 0; !admin.hello().isWritablePrimary; tries += 1) {
  if (tries > 120) throw new Error("mongodb-1 is not the primary");
  sleep(1000);
}
try {
  admin.createUser({ user: "admin", pwd: administrator, roles: ["root"] });
} catch (error) {
  // 51003: there is one. 13: there are users, and we have not said who we are.
  if (error.code !== 51003 && error.code !== 13) throw error;
}
admin = connect(`mongodb://admin:${administrator}@${members.join(",")}/admin?replicaSet=rs0`);
const casewright = admin.getSiblingDB("casewright");
if (!casewright.getUser("casewright")) {
  casewright.createUser({
    user: "casewright",
    pwd: secret("mongodb-password"),
    roles: [
      { role: "readWrite", db: "casewright" },
      { role: "dbAdmin", db: "casewright" },
    ],
  });
}
print("the replica set and the user of the platform are there");
