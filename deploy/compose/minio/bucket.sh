# Makes the bucket, keeps versions of what is in it (that is its backup against mistakes), and a user that has this bucket alone.
set -euo pipefail
secret() { cat "/run/secrets/$1"; }
mc alias set store http://minio:9000 casewright-admin "$(secret minio-admin-password)" > /dev/null
mc mb --ignore-existing store/casewright
mc version enable store/casewright
mc ilm rule ls store/casewright > /dev/null 2>&1 || mc ilm rule add --noncurrent-expire-days 30 store/casewright
mc admin policy create store casewright /etc/minio/policy.json
mc admin user add store casewright "$(secret minio-password)"
mc admin policy attach store casewright --user casewright 2> /dev/null || true
echo "the bucket and the user of the platform are there"
