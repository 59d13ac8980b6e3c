#!/bin/sh
# Makes what full.yaml reads from secrets/: passwords and keys of random bytes, a configuration with them in it, and a certificate of an
# authority of its own. What is there already stays, so it may be run again. Wants openssl.
set -eu
cd "$(dirname "$0")"
umask 077

[ -f .env ] || { echo "prepare.sh: copy .env.example to .env, and change it" >&2; exit 1; }
# shellcheck disable=SC1091
. ./.env
case "$CASEWRIGHT_HOST" in *example.com) echo "prepare.sh: .env still has the names of the example" >&2; exit 1 ;; esac

mkdir -p secrets
cd secrets

for name in mongodb-admin-password mongodb-password minio-admin-password minio-password keycloak-admin-password \
    keycloak-database-password grafana-admin-password worker-secret; do
    # In hexadecimal: nothing of it has to be escaped in an address.
    [ -f "$name" ] || printf '%s' "$(openssl rand -hex 24)" > "$name"
done
[ -f access.key ] || openssl rand -out access.key 32
[ -f mongodb.key ] || openssl rand -base64 512 > mongodb.key

sed -e "s|@mongodb-password@|$(cat mongodb-password)|" \
    -e "s|@minio-password@|$(cat minio-password)|" \
    -e "s|@CASEWRIGHT_HOST@|$CASEWRIGHT_HOST|g" ../casewright.toml.template > casewright.toml.new
[ -f casewright.toml ] || mv casewright.toml.new casewright.toml
rm -f casewright.toml.new

# Put a certificate of your own here instead (tls.crt with its chain, tls.key), and its authority (ca.pem).
if [ ! -f tls.crt ]; then
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 3650 -subj "/CN=Casewright, this machine" \
        -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign,cRLSign" \
        -keyout ca.key -out ca.pem 2> /dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$CASEWRIGHT_HOST" \
        -keyout tls.key -out tls.csr 2> /dev/null
    names="DNS:$CASEWRIGHT_HOST,DNS:$IDENTITY_HOST,DNS:$FILES_HOST,DNS:$MAIL_HOST,DNS:$GRAFANA_HOST"
    printf 'subjectAltName=%s\nextendedKeyUsage=serverAuth\n' "$names" > tls.ext
    openssl x509 -req -in tls.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 825 -extfile tls.ext -out tls.crt 2> /dev/null
    cat ca.pem >> tls.crt
    rm -f tls.csr tls.ext ca.srl
fi

# Containers read these as users of their own; the folder itself is yours alone, so nobody else on this machine gets to them.
chmod 700 .
chmod 444 ./*
[ ! -f ca.key ] || chmod 400 ca.key
echo "secrets/ is there. In Keycloak (https://$IDENTITY_HOST) you are admin, with secrets/keycloak-admin-password; in Grafana alike."
