// Written by `npm run api` from openapi.json. Do not edit.
export interface paths {
    "/api/v1/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who am I, and what may I do. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Me"];
                    };
                };
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Users work can be assigned to, by name. */
        get: {
            parameters: {
                query?: {
                    /** @description Words that name, id or e-mail begin with. */
                    search?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_UserSummary"];
                    };
                };
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/groups": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Groups, by name. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_GroupSummary"];
                    };
                };
                401: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/client-config": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where and how to sign in. Open to everybody. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ClientConfig"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/process-definitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Processes by key, newest version first. */
        get: {
            parameters: {
                query?: {
                    /** @description Items at most: 1 to 200, 50 when not given. */
                    limit?: number;
                    /** @description Where to go on: `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Whether `total` is wanted; counting costs. */
                    total?: boolean;
                    /** @description Only the latest version of each process. */
                    latest?: boolean;
                    key?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_ProcessDefinitionBody"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/process-definitions/{id}/xml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The BPMN file of a process. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/xml": unknown;
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/deployments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Deployments, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description Items at most: 1 to 200, 50 when not given. */
                    limit?: number;
                    /** @description Where to go on: `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Whether `total` is wanted; counting costs. */
                    total?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_DeploymentSummary"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Deploys the files of a `multipart/form-data` body: every part with a file name is a file, `deployment-name` names the
         *     deployment. All of it or nothing.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: {
                content: {
                    "multipart/form-data": unknown;
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DeploymentBody"];
                    };
                };
                /** @description A problem whose `errors` are findings */
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/process-instances": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Instances, running or not, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description Items at most: 1 to 200, 50 when not given. */
                    limit?: number;
                    /** @description Where to go on: `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Whether `total` is wanted; counting costs. */
                    total?: boolean;
                    definitionKey?: string;
                    definitionId?: string;
                    /** @description `running` (active or suspended), `active`, `suspended`, `completed`, `terminated`; all when not given. */
                    state?: string;
                    businessKey?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_InstanceSummary"];
                    };
                };
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/process-instances/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One instance; it stays readable after its end. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["InstanceBody"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/process-instances/{id}/xml": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The BPMN file of the version that an instance runs on. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/xml": unknown;
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/process-instances/{id}/at/{seq}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The state after entry `seq`. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    /** @description Entry of the log of the root instance, from 1 */
                    seq: number;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PastBody"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open incidents, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description Items at most: 1 to 200, 50 when not given. */
                    limit?: number;
                    /** @description Where to go on: `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Whether `total` is wanted; counting costs. */
                    total?: boolean;
                    processInstanceId?: string;
                    processDefinitionId?: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_IncidentBody"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/incidents/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives what failed one more try. 204; what becomes of it is seen in the instance. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announces a file and answers where its bytes go. With an `Idempotency-Key` that was used before: the file of then, with
         *     `state: "ready"` and no `upload` when its bytes are there.
         */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description the same key, the same file */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Announcement"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AnnouncedBody"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["AnnouncedBody"];
                    };
                };
                413: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                507: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is known of a file. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FileBody"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        /** Removes the bytes; what remains is that there was a file. Who refers to it finds nothing any more. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The bytes are there: they are looked at, and the file is `ready` or `rejected`. Doing it again answers the same. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FileBody"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/files/{id}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A signed address from which the bytes can be read for a while, without a token. */
        get: {
            parameters: {
                query?: {
                    /** @description `inline` to show it, `attachment` (the default) to save it. What a browser could be made to run is always saved. */
                    disposition?: components["schemas"]["Disposition"];
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["DownloadBody"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The bytes of a file. The address is the one `GET /api/v1/files/{id}/download` answered. One range is understood. */
        get: {
            parameters: {
                query: {
                    tenant: string;
                    /** @description Seconds since 1970. */
                    expires: number;
                    disposition: components["schemas"]["Disposition"];
                    signature: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": unknown;
                    };
                };
                206: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/octet-stream": unknown;
                    };
                };
                304: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                416: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Takes the bytes of an announced file. The address is the one `POST /api/v1/files` answered. */
        put: {
            parameters: {
                query: {
                    tenant: string;
                    /** @description Seconds since 1970. */
                    expires: number;
                    /** @description Bytes. */
                    size: number;
                    signature: string;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/octet-stream": number[];
                };
            };
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/case-definitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The latest version of every definition, by name. */
        get: {
            parameters: {
                query?: {
                    /** @description Items at most: 1 to 200, 50 when not given. */
                    limit?: number;
                    /** @description Where to go on: `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Whether `total` is wanted; counting costs. */
                    total?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_CaseDefinition"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/case-definitions/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The latest version. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseDefinition"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Publishes a definition: a new version when it differs from the latest. Cases stay with the version they began with. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CaseDefinition"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseDefinition"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseDefinition"];
                    };
                };
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/case-definitions/{key}/versions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All versions, newest first. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_CaseDefinition"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Lists cases the caller may see. */
        get: {
            parameters: {
                query?: {
                    definition?: string;
                    stage?: string;
                    status?: string;
                    /** @description `open`, `paused`, `closed`. */
                    statusKind?: string;
                    queue?: string;
                    /** @description `me`, `none`, or a user id. */
                    assignee?: string;
                    /** @description E-mail address of the requester. */
                    requester?: string;
                    label?: string;
                    /** @description Words to find in title, number, requester and fields. */
                    search?: string;
                    /** @description `updatedAt`, `createdAt`, `dueAt`, `number`, `priority`; `-` in front: descending. `-updatedAt` when absent. */
                    sort?: string;
                    /** @description Items at most: 1 to 200, 50 when not given. */
                    limit?: number;
                    /** @description Where to go on: `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Whether `total` is wanted; counting costs. */
                    total?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_CaseBody"];
                    };
                };
                400: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Creates a case; the processes of its definition start right after. */
        post: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The same key answers with the same case */
                    "Idempotency-Key"?: string | null;
                };
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CreateCase"];
                };
            };
            responses: {
                /** @description It was created before */
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseBody"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseBody"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Reads a case, by id or by number. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    /** @description Id or number */
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseBody"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /** Changes a case. */
        patch: {
            parameters: {
                query?: never;
                header?: {
                    /** @description The version the caller has seen */
                    "If-Match"?: string | null;
                };
                path: {
                    /** @description Id or number */
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["PatchCase"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseBody"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/cases/{id}/comments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Comments on a case. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteComment"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommentBody"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}/comments/{commentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Deletes one's own comment; that it was there stays on the timeline. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    commentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        /** Edits one's own comment. */
        patch: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    commentId: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["WriteComment"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CommentBody"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        trace?: never;
    };
    "/api/v1/cases/{id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The story of a case, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description Kinds to show, separated by commas; all when absent. */
                    kinds?: string;
                    /** @description Items at most: 1 to 200, 50 when not given. */
                    limit?: number;
                    /** @description Where to go on: `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Whether `total` is wanted; counting costs. */
                    total?: boolean;
                };
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_TimelineItem"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}/processes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Processes of a case. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_ProcessBody"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /**
         * Starts a process for a case. 201 with the instance; 202 when the engine has not answered yet: it is started as soon as
         *     the engine does.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["StartProcess"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProcessBody"];
                    };
                };
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ProcessBody"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}/documents": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Documents of a case, in the order they came. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_CaseDocument"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Makes a file a document of the case. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AddDocument"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseDocument"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseDocument"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}/documents/{documentId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Takes a document out of the case. */
        delete: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                    documentId: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}/mails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mails of a case, as email-to-case tells them. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                503: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Sends a mail from the case: 202, it is on its way. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SendMail"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": Record<string, unknown>;
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}/mails/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks the mails of a case as read. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/cases/{id}/compensations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Sets the problem of the case, and says so on its timeline. Reporting the same again changes nothing. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Compensation"];
                };
            };
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Open user tasks the caller may see. */
        get: {
            parameters: {
                query?: {
                    /** @description `me`, `none`, or a user id. */
                    assignee?: string;
                    /** @description `me`: tasks nobody has taken and the caller may. */
                    candidate?: string;
                    /** @description Id of a case. */
                    case?: string;
                    /** @description Key of a case definition. */
                    definition?: string;
                    /** @description Words of the task's name, or of its case. */
                    search?: string;
                    /** @description `createdAt`, `dueAt`, `priority`, `name`; `-` in front: descending. `-createdAt` when absent. */
                    sort?: string;
                    /** @description Items at most: 1 to 200, 50 when not given. */
                    limit?: number;
                    /** @description Where to go on: `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Whether `total` is wanted; counting costs. */
                    total?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_TaskBody"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One open task. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskBody"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/claim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Takes the task. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/unclaim": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives the task back. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/assign": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Gives the task to somebody. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["AssignTask"];
                };
            };
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/form": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The form of a task with its data. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["TaskForm"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/tasks/{id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Completes a task. What its form forbids is refused with a pointer per field; what the case's definition names becomes a
         *     field of the case.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CompleteTask"];
                };
            };
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forms": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Forms by name. */
        get: {
            parameters: {
                query?: {
                    /** @description Items at most: 1 to 200, 50 when not given. */
                    limit?: number;
                    /** @description Where to go on: `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Whether `total` is wanted; counting costs. */
                    total?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_FormItem"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forms/{key}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One form. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FormBody"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        /** Publishes a form-js schema under a key. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FormBody"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["FormBody"];
                    };
                };
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/forms/{key}/validate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Judges a submission without storing it. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    key: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["ValidateForm"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ValidatedForm"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Queues by name. */
        get: {
            parameters: {
                query?: {
                    /** @description Items at most: 1 to 200, 50 when not given. */
                    limit?: number;
                    /** @description Where to go on: `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Whether `total` is wanted; counting costs. */
                    total?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_QueueBody"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Defines a queue. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["DefineQueue"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["QueueBody"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["QueueBody"];
                    };
                };
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/queues/{id}/next": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Pulls the most urgent open case of the queue that nobody has, and gives it to the caller. 204: there is none. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CaseBody"];
                    };
                };
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/imports/wks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Imports collections as WKS Platform exports them: `{"caseDefinition": [...], "form": [...], "recordType": [...],
         *     "queue": [...]}`. Importing the same again changes nothing.
         */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": Record<string, unknown>;
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Report"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Mails, newest first; those of one case oldest first. */
        get: {
            parameters: {
                query?: {
                    /** @description `received`, `parsed`, `processed`, `undeliverable`, `queued`, `sent`, `failed`, `bounced`. */
                    state?: string;
                    /** @description Id of the case it is linked to. */
                    case?: string;
                    /** @description Words of subject, text or sender. */
                    search?: string;
                    /** @description Items at most: 1 to 200, 50 when not given. */
                    limit?: number;
                    /** @description Where to go on: `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Whether `total` is wanted; counting costs. */
                    total?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_MailBody"];
                    };
                };
            };
        };
        put?: never;
        /** Takes a message as SMTP would; the same message again answers 200 with the first one's id. */
        post: {
            parameters: {
                query: {
                    /** @description Envelope sender; empty for the null reverse path. */
                    from?: string;
                    /** @description Envelope recipient: one of the mailboxes. */
                    to: string;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "message/rfc822": number[];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReceivedBody"];
                    };
                };
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["ReceivedBody"];
                    };
                };
                415: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails/outgoing": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Queues a mail; durable when answered. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["OutgoingMail"];
                };
            };
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["QueuedBody"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One mail with its text and attachments. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["MailBody"];
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails/{id}/raw": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The message as it came, byte for byte. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "message/rfc822": unknown;
                    };
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails/{id}/reprocess": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Has a mail that could not be read processed again. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                202: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails/{id}/link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The mail belongs to the case. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CaseReference"];
                };
            };
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/mails/{id}/unlink": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The mail belongs to no case any more. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["CaseReference"];
                };
            };
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                409: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Notifications of the caller, newest first. */
        get: {
            parameters: {
                query?: {
                    /** @description `unread` or `all`; `all` when absent. */
                    state?: string;
                    /** @description Items at most: 1 to 200, 50 when not given. */
                    limit?: number;
                    /** @description Where to go on: `nextCursor` of the page before. */
                    cursor?: string;
                    /** @description Whether `total` is wanted; counting costs. */
                    total?: boolean;
                };
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["PageBody_NotificationBody"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        put?: never;
        /** Sends a notification. An unknown user or group is refused, so that a process that names one learns it. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["SendNotification"];
                };
            };
            responses: {
                201: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["SentBody"];
                    };
                };
                403: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/count": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many are unread. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["CountBody"];
                    };
                };
            };
        };
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/read-all": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks all as read. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notifications/{id}/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Marks one as read. */
        post: {
            parameters: {
                query?: never;
                header?: never;
                path: {
                    id: string;
                };
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                204: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content?: never;
                };
                404: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/v1/notification-preferences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Preferences of the caller; what is not said is as the platform has it by default. */
        get: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody?: never;
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Preferences"];
                    };
                };
            };
        };
        /** Sets the preferences of the caller. */
        put: {
            parameters: {
                query?: never;
                header?: never;
                path?: never;
                cookie?: never;
            };
            requestBody: {
                content: {
                    "application/json": components["schemas"]["Preferences"];
                };
            };
            responses: {
                200: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Preferences"];
                    };
                };
                412: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
                422: {
                    headers: {
                        [name: string]: unknown;
                    };
                    content: {
                        "application/json": components["schemas"]["Problem"];
                    };
                };
            };
        };
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What a rule does; one key says which: `{"setStage": "decision"}`. */
        Action: {
            setStage: string;
        } | {
            setStatus: string;
        } | {
            setQueue: string;
        } | {
            /** Format: int32 */
            setPriority: number;
        } | {
            /** @description A user id; `none` takes the assignee away. */
            assign: string;
        } | {
            addLabel: string;
        } | {
            removeLabel: string;
        } | {
            setFields: Record<string, unknown>;
        } | {
            /** @description Key of a process of the definition. */
            startProcess: string;
        } | {
            notify: components["schemas"]["Notify"];
        };
        /** @description How often an element is or was there, in its most telling state. */
        ActivityBody: {
            elementId: string;
            /** @description `incident` before `active` before `completed` before `canceled`. */
            state: components["schemas"]["ActivityState"];
            /**
             * Format: int64
             * @description Activity instances in that state.
             */
            count: number;
        };
        /** @enum {string} */
        ActivityState: "canceled" | "completed" | "active" | "incident";
        AddDocument: {
            /** @description A file whose upload is complete. */
            fileId: string;
            /** @description Shown name; the file's own when absent. */
            name?: string | null;
        };
        /** @description A file that is going to be uploaded, or was by an earlier request with the same key. */
        AnnouncedBody: {
            id: string;
            state: components["schemas"]["FileState"];
            upload: components["schemas"]["UploadBody"] | null;
        };
        /** @description A file that is going to be uploaded. */
        Announcement: {
            name: string;
            /** @description What the client takes it for; the bytes decide. */
            contentType: string;
            /**
             * Format: int64
             * @description Bytes; exactly so many are accepted.
             */
            size: number;
            /** @description In hex; when given, other bytes are rejected. */
            sha256?: string | null;
        };
        AssignTask: {
            /** @description User id; `me` is the caller; null takes the assignee away. */
            assignee?: string | null;
        };
        /** @description A part of the message that is kept as a file. */
        Attachment: {
            /** @description Within this mail: `1`, `2`, ... */
            id: string;
            fileId: string;
            name: string;
            contentType: string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
            /** @description Shown within the text (by its content id) rather than beside it. */
            inline: boolean;
            contentId: string | null;
        };
        /** @description Opening hours of a desk, as they are written in a case definition. */
        BusinessHours: {
            /** @description IANA name: `Europe/Berlin`. */
            timeZone: string;
            /** @description `monday` ... `sunday`. */
            days: string[];
            /** @description `09:00` */
            from: string;
            /** @description `17:00`; later than `from`. */
            to: string;
            /** @description Days without work: `2026-12-25`. */
            holidays: string[];
        };
        /** @enum {string} */
        CalendarKind: "always" | "business";
        CalledBody: {
            id: string;
            definitionKey: string;
            definitionName: string | null;
            state: string;
            /** @description The call activity. */
            elementId: string | null;
        };
        /** @description A case. */
        CaseBody: {
            id: string;
            number: string;
            /** Format: int64 */
            version: number;
            definition: string;
            definitionName: string;
            title: string;
            stage: string;
            stageName: string;
            status: string;
            statusName: string;
            /** @description `open`, `paused` or `closed`. */
            statusKind: string;
            queue: string | null;
            assignee: components["schemas"]["Person"] | null;
            requester: components["schemas"]["Requester"] | null;
            origin: components["schemas"]["Origin"];
            /**
             * Format: int32
             * @description 0 to 100; 50 is usual.
             */
            priority: number;
            fields: Record<string, unknown>;
            labels: string[];
            createdAt: components["schemas"]["Instant"];
            createdBy: components["schemas"]["Person"];
            updatedAt: components["schemas"]["Instant"];
            closedAt: components["schemas"]["Instant"] | null;
            dueAt: components["schemas"]["Instant"] | null;
            slas: components["schemas"]["SlaBody"][];
            /** Format: int32 */
            openTaskCount: number;
            /** Format: int32 */
            unreadMailCount: number;
            problem: components["schemas"]["CaseProblem"] | null;
            processInstances: components["schemas"]["ProcessBody"][];
        };
        /** @description What a kind of case is made of. `key` is stable over versions; `version` counts from 1 and is set by the server. */
        CaseDefinition: {
            key: string;
            name: string;
            description: string;
            /** Format: int32 */
            version: number;
            /** @description Case numbers are `<prefix>-<six digits>`. */
            caseNumberPrefix: string;
            /** @description In order; the first is where a case begins. */
            stages: components["schemas"]["Stage"][];
            /** @description The first of kind `open` is where a case begins. */
            statuses: components["schemas"]["Status"][];
            fields: components["schemas"]["FieldDefinition"][];
            createForm: string | null;
            /** @description Stage id -> form key. */
            stageForms: {
                [key: string]: string;
            };
            processes: components["schemas"]["ProcessReference"][];
            /** @description Queues a case of this kind may stand in; empty: any. */
            queues: string[];
            defaultQueue: string | null;
            slas: components["schemas"]["SlaPolicy"][];
            businessHours: components["schemas"]["BusinessHours"] | null;
            rules: components["schemas"]["Rule"][];
            /**
             * @description Only these groups (and the assignee, and those who oversee) may see cases of this kind; absent: everybody who
             *     works with cases.
             */
            restrictedTo: string[] | null;
        };
        CaseDocument: {
            id: string;
            fileId: string;
            name: string;
            contentType: string | null;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number | null;
            addedAt: components["schemas"]["Instant"];
            addedBy: components["schemas"]["Person"];
        };
        /** @description What went wrong with the work on a case, as its page shows it. */
        CaseProblem: {
            step: string;
            reason: string;
            at: components["schemas"]["Instant"];
        };
        /** @enum {string} */
        CaseProcessState: "STARTING" | "ACTIVE" | "COMPLETED" | "TERMINATED";
        CaseReference: {
            caseId: string;
        };
        /**
         * @description A way to somebody.
         * @enum {string}
         */
        ChannelName: "in-app" | "email" | "sms" | "webhook";
        ChannelWishes: {
            /** @default null */
            inApp: boolean | null;
            /** @default null */
            email: boolean | null;
            /** @default null */
            sms: boolean | null;
            /** @default null */
            webhook: boolean | null;
        };
        /** @description What the portal needs to sign somebody in. */
        ClientConfig: {
            /** @description Discovery is below it. */
            issuer: string;
            clientId: string;
            scopes: string[];
            productName: string;
            version: string;
        };
        CommentBody: {
            id: string;
            body: string;
            author: components["schemas"]["Person"];
            editedAt: components["schemas"]["Instant"] | null;
        };
        Compensation: {
            /** @description What was undone, for people: `Attach documents`. */
            step: string;
            reason?: string;
        };
        CompleteTask: {
            data?: Record<string, unknown>;
        };
        /** @description A name and an address. */
        Correspondent: {
            /** @description Display name, or the address where there is none. */
            name: string;
            address: string;
        };
        CountBody: {
            /** Format: int64 */
            unread: number;
        };
        /** @description A new case. */
        CreateCase: {
            /** @description Key of the case definition. */
            definition: string;
            title: string;
            fields?: Record<string, unknown>;
            /** Format: int32 */
            priority?: number | null;
            /** @description User id. */
            assignee?: string | null;
            queue?: string | null;
            requester?: components["schemas"]["Requester"] | null;
            origin?: components["schemas"]["Origin"] | null;
        };
        DefineQueue: {
            name: string;
            description?: string;
            members?: components["schemas"]["QueueMembers"];
        };
        /** @description How one recipient's delivery stands. */
        DeliveryBody: {
            to: string;
            state: components["schemas"]["MailState"];
            /** @description What the relay answered, or why it did not take the mail. */
            answer: string | null;
        };
        /** @enum {string} */
        DeliveryState: "queued" | "sent" | "failed" | "suppressed";
        DeployedDefinition: {
            id: string;
            key: string;
            name: string | null;
            /** Format: int32 */
            version: number;
            resource: string;
            /** @description `process` or `decision`. */
            kind: string;
        };
        /** @description What came of an upload. */
        DeploymentBody: {
            id: string;
            name: string | null;
            definitions: components["schemas"]["DeployedDefinition"][];
            warnings: components["schemas"]["Finding"][];
        };
        /** @description A deployment in a list. */
        DeploymentSummary: {
            id: string;
            name: string | null;
            source: string | null;
            deployedAt: string | null;
            /** @description User id. */
            deployedBy: string | null;
        };
        /** @description A signed address. */
        DownloadBody: {
            url: string;
            /** Format: date-time */
            expiresAt: string;
        };
        FieldDefinition: {
            key: string;
            label: string;
            type: components["schemas"]["FieldType"];
            required: boolean;
            /** @description Allowed values of a `select`; empty: any. */
            options: string[];
        };
        /** @enum {string} */
        FieldType: "string" | "text" | "number" | "boolean" | "date" | "datetime" | "select" | "json";
        /** @description A file. */
        FileBody: {
            id: string;
            /** Format: int64 */
            version: number;
            name: string;
            /** @description As the bytes say; as the client said until they were looked at. */
            contentType: string;
            /**
             * Format: int64
             * @description Bytes.
             */
            size: number;
            /** @description Hex; absent until the bytes were looked at. */
            sha256: string | null;
            state: components["schemas"]["FileState"];
            /** @description Why it was rejected. */
            reason: string | null;
            createdBy: string;
            /** Format: date-time */
            createdAt: string;
        };
        /**
         * @description Where a file is in its life.
         * @enum {string}
         */
        FileState: "pending" | "ready" | "rejected" | "expired" | "deleted";
        /** @description One thing that is wrong, or may be, with a model. */
        Finding: {
            /** @description Stable; `docs/errors.md` explains each. */
            code: string;
            /** @description Name of the file. */
            resource: string;
            elementId: string | null;
            /**
             * Format: int32
             * @description From 1.
             */
            line: number | null;
            /** Format: int32 */
            column: number | null;
            detail: string;
            help: string | null;
        };
        /** @description A form. */
        FormBody: {
            key: string;
            name: string;
            /** Format: int64 */
            version: number;
            /** @description form-js schema. */
            schema: Record<string, unknown>;
        };
        /** @description A form of the list. */
        FormItem: {
            key: string;
            name: string;
            /** Format: int64 */
            version: number;
        };
        /** @description A group. */
        GroupSummary: {
            id: string;
            name: string;
        };
        /** @description An open incident (ITIL: an interruption that somebody has to look at). */
        IncidentBody: {
            id: string;
            /** @description `failedJob`, `failedExternalTask`, or what a model raised. */
            type: string;
            message: string | null;
            elementId: string | null;
            elementName: string | null;
            createdAt: string | null;
            processInstanceId: string;
            processDefinitionId: string;
            definitionKey: string;
            definitionName: string | null;
            businessKey: string | null;
        };
        /** @description An instance with what a picture of it needs. */
        InstanceBody: components["schemas"]["InstanceSummary"] & {
            activities: components["schemas"]["ActivityBody"][];
            /** @description Ids of sequence flows that were taken. */
            flows: string[];
            /** @description Of the instance's own scope, by name; as they were last when it has ended. */
            variables: components["schemas"]["VariableBody"][];
            incidents: components["schemas"]["IncidentBody"][];
            calledInstances: components["schemas"]["CalledBody"][];
        };
        /** @description An instance in a list. */
        InstanceSummary: {
            id: string;
            definitionId: string;
            definitionKey: string;
            definitionName: string | null;
            /** Format: int32 */
            version: number;
            /** @description `active`, `suspended`, `completed` or `terminated`. */
            state: string;
            businessKey: string | null;
            startedAt: string | null;
            endedAt: string | null;
        };
        /** Format: date-time */
        Instant: string;
        /** @description One mail. */
        MailBody: {
            id: string;
            /** Format: int64 */
            version: number;
            /** @description `in` or `out`. */
            direction: string;
            state: components["schemas"]["MailState"];
            messageId: string | null;
            inReplyTo: string | null;
            references: string[];
            from: components["schemas"]["Correspondent"] | null;
            to: components["schemas"]["Correspondent"][];
            cc: components["schemas"]["Correspondent"][];
            subject: string;
            sentAt: string | null;
            receivedAt: string;
            text: string;
            /** @description Cleaned; pictures of the mail point to signed addresses. */
            html: string | null;
            attachments: components["schemas"]["Attachment"][];
            caseId: string | null;
            /** @description The case it was found to answer, before it is linked. */
            threadCaseId: string | null;
            isAutoSubmitted: boolean;
            /** @description It carried a token that we did not sign. */
            hasForgedToken: boolean;
            processInstanceId: string | null;
            problem: string | null;
            deliveries: components["schemas"]["DeliveryBody"][];
        };
        /** @enum {string} */
        MailState: "received" | "parsed" | "processed" | "undeliverable" | "queued" | "sent" | "failed" | "bounced";
        /** @description Who is asking. */
        Me: {
            id: string;
            name: string;
            email: string;
            tenant: string;
            roles: string[];
            groups: string[];
            /** @description `kind:action`; `*` is every kind or action. */
            permissions: string[];
        };
        /** @description A notification. */
        NotificationBody: {
            id: string;
            kind: string;
            title: string;
            body: string;
            /** @description Path in the portal. */
            link: string | null;
            caseId: string | null;
            createdAt: string;
            readAt: string | null;
            deliveries: components["schemas"]["DeliveryBody"][];
        };
        Notify: {
            /** @description `assignee`, `queue` (its members), or a user id. */
            to: string;
            /** @description What it is about: the kind of the notification. */
            template: string;
        };
        /** @description Where a case came from. */
        Origin: {
            kind: components["schemas"]["OriginKind"];
            /** @description Id of the mail, of the caller's record; opaque. */
            reference: string | null;
        };
        /** @enum {string} */
        OriginKind: "portal" | "mail" | "api";
        /** @description What another room asks to be sent. */
        OutgoingMail: {
            caseId: string;
            caseNumber: string;
            /** @description Name of the person who writes; none for mail that a process sends. */
            fromName?: string | null;
            /** @description User id of that person. */
            actor?: string | null;
            to: string[];
            cc?: string[];
            subject?: string;
            text: string;
            html?: string | null;
            /** @description Id of the mail it answers; none: the last mail of the case. */
            inReplyTo?: string | null;
            /** @description Ids of files to attach. */
            attachments?: string[];
            /** @description Sent by a process rather than a person (RFC 3834 `auto-generated`). */
            automatic?: boolean;
        };
        /** @description One page. */
        PageBody_CaseBody: {
            items: components["schemas"]["CaseBody"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_CaseDefinition: {
            items: components["schemas"]["CaseDefinition"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_CaseDocument: {
            items: components["schemas"]["CaseDocument"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_DeploymentSummary: {
            items: components["schemas"]["DeploymentSummary"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_FormItem: {
            items: components["schemas"]["FormItem"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_GroupSummary: {
            items: components["schemas"]["GroupSummary"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_IncidentBody: {
            items: components["schemas"]["IncidentBody"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_InstanceSummary: {
            items: components["schemas"]["InstanceSummary"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_MailBody: {
            items: components["schemas"]["MailBody"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_NotificationBody: {
            items: components["schemas"]["NotificationBody"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_ProcessBody: {
            items: components["schemas"]["ProcessBody"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_ProcessDefinitionBody: {
            items: components["schemas"]["ProcessDefinitionBody"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_QueueBody: {
            items: components["schemas"]["QueueBody"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_TaskBody: {
            items: components["schemas"]["TaskBody"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_TimelineItem: {
            items: components["schemas"]["TimelineItem"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description One page. */
        PageBody_UserSummary: {
            items: components["schemas"]["UserSummary"][];
            /** @description Null: that was all. */
            nextCursor: string | null;
            /**
             * Format: int64
             * @description Null unless `total=true` was asked for.
             */
            total: number | null;
        };
        /** @description A call hierarchy shares one log, so the state of the root and of what it called is that of the same moment. */
        PastBody: {
            id: string;
            /**
             * Format: int64
             * @description Entry of the log of the root process instance, from 1.
             */
            seq: number;
            isEnded: boolean;
            tokens: components["schemas"]["TokenBody"][];
            /** @description Of the instance's own scope. */
            variables: components["schemas"]["VariableBody"][];
        };
        /** @description A merge patch (RFC 7396): what is absent stays, null removes. */
        PatchCase: {
            title?: string | null;
            fields?: Record<string, unknown> | null;
            /** Format: int32 */
            priority?: number | null;
            /** @description User id; `me` is the caller; null takes the assignee away. */
            assignee?: string | null;
            queue?: string | null;
            status?: string | null;
            stage?: string | null;
            dueAt?: components["schemas"]["Instant"] | null;
            labels?: string[] | null;
            /** @description Only null: somebody has looked after the problem. */
            problem?: Record<string, unknown> | null;
        };
        /** @description A user, or a machine (`system:<role>`). */
        Person: {
            id: string;
            name: string;
        };
        /** @description Preferences of one person. What is not said is as the platform has it by default. */
        Preferences: {
            /**
             * @description Kind -> channel -> wanted.
             * @default {}
             */
            kinds: {
                [key: string]: components["schemas"]["ChannelWishes"];
            };
            /**
             * @description Where SMS go: `+4930123456`.
             * @default null
             */
            phone: string | null;
            /**
             * @description Where webhooks go: an `https` URL.
             * @default null
             */
            webhookUrl: string | null;
        };
        /** @description A problem as it goes over the wire. */
        Problem: {
            /** @description The page that explains it: `/errors/<code>`. */
            type: string;
            /** @description What the status means, in words. */
            title: string;
            /**
             * Format: int32
             * @description The HTTP status, 400 to 599.
             */
            status: number;
            /** @description Stable, kebab case: what a program looks at. */
            code: string;
            /** @description What happened this time, for a person. */
            detail: string;
            /** @description The request it happened to, as `urn:casewright:request:<id>`; the same id is in the log. */
            instance?: string | null;
            /** @description The places that are wrong, when places can be named. */
            errors?: components["schemas"]["Violation"][];
            /**
             * Format: int64
             * @description With `version-mismatch`: the version the aggregate has now.
             */
            currentVersion?: number | null;
        };
        /** @description A process of the case. */
        ProcessBody: {
            /** @description Process instance; null while it is being started. */
            id: string | null;
            definitionKey: string;
            name: string;
            state: components["schemas"]["CaseProcessState"];
        };
        /** @description A version of a process. */
        ProcessDefinitionBody: {
            id: string;
            /** @description Id of the `<process>` element. */
            key: string;
            name: string | null;
            /** Format: int64 */
            version: number;
            versionTag: string | null;
            deploymentId: string;
            deployedAt: string | null;
            /** @description User id. */
            deployedBy: string | null;
            /**
             * Format: int64
             * @description Instances of this version that are not ended.
             */
            runningInstances: number;
            /**
             * Format: int64
             * @description Open incidents of this version.
             */
            incidents: number;
        };
        ProcessReference: {
            /** @description Key of the process definition in the engine. */
            key: string;
            name: string;
            start: components["schemas"]["ProcessStart"];
            /** @description Only with `manual` and `on-stage`: the stage in which it is offered, or that starts it. */
            stage: string | null;
        };
        /** @enum {string} */
        ProcessStart: "on-create" | "on-stage" | "manual";
        /** @description A queue. */
        QueueBody: {
            id: string;
            name: string;
            description: string;
            members: components["schemas"]["QueueMembers"];
            /**
             * Format: int64
             * @description Cases in it that are not closed.
             */
            openCount: number;
            /** Format: int64 */
            version: number;
        };
        /** @description Who works a queue. */
        QueueMembers: {
            users: string[];
            groups: string[];
        };
        QueuedBody: {
            id: string;
            /** @description `queued` */
            state: string;
        };
        ReceivedBody: {
            id: string;
        };
        /** @description What could not be carried over as it was. */
        Report: {
            /** @description Keys of what is there now. */
            caseDefinitions: string[];
            forms: string[];
            queues: string[];
            findings: components["schemas"]["Finding"][];
        };
        /** @description Who asked for the case; often nobody with an account. */
        Requester: {
            name: string | null;
            email: string | null;
        };
        Rule: {
            id: string;
            /** @description A kind of the timeline: `task-completed`, `stage-changed`, `mail-received`. */
            on: string;
            /**
             * @description All must hold. Keys are looked up in the event first and then in the case (`stage`, `status`, `queue`, `priority`,
             *     `fields.<key>`); a value is compared for equality, a list means one of, and an object may say `not`, `gt`, `gte`,
             *     `lt`, `lte` or `exists`.
             */
            when: Record<string, unknown>;
            then: components["schemas"]["Action"][];
        };
        SendMail: {
            /** @description Addresses. */
            to: string[];
            cc?: string[];
            subject: string;
            text: string;
            html?: string | null;
            /** @description Id of the mail it answers. */
            inReplyTo?: string | null;
            /** @description Ids of files whose upload is complete. */
            attachments?: string[];
            /** @description Written by the platform and not by a person; marked so on the wire (RFC 3834). */
            automatic?: boolean;
        };
        SendNotification: {
            to: components["schemas"]["To"];
            kind: string;
            title: string;
            body?: string;
            /** @description Path in the portal. */
            link?: string | null;
            caseId?: string | null;
            /** @description The same key tells the same people once. */
            key?: string | null;
        };
        /** @description Who was told. */
        SentBody: {
            /** @description Ids of the notifications; empty: nobody who is concerned may see it. */
            ids: string[];
        };
        /** @description A promise and how it stands. */
        SlaBody: {
            id: string;
            name: string;
            state: components["schemas"]["SlaState"];
            dueAt: components["schemas"]["Instant"] | null;
            /**
             * Format: int64
             * @description Seconds until `dueAt`, negative when it has passed; while paused the working time left.
             */
            remainingSeconds: number;
        };
        /**
         * @description One promise. Triggers are `created`, `first-reply`, `assigned`, `closed`, `stage:<id>` (entered) or `status:<id>`
         *     (entered).
         */
        SlaPolicy: {
            id: string;
            name: string;
            /** @description ISO 8601 duration of working time; a day is 24 hours of it: `PT4H`, `P2D`. */
            target: string;
            calendar: components["schemas"]["CalendarKind"];
            startOn: string;
            stopOn: string;
            /** @description Statuses in which the clock pauses. */
            pauseIn: string[];
            /**
             * Format: double
             * @description The part of the target after which the case is at risk, between 0 and 1.
             */
            atRisk: number;
        };
        /** @enum {string} */
        SlaState: "running" | "paused" | "atRisk" | "breached" | "met" | "missed";
        Stage: {
            id: string;
            name: string;
        };
        StartProcess: {
            /** @description Key of a process of the case's definition. */
            key: string;
            /** @description Name -> value, as plain JSON. */
            variables?: Record<string, unknown>;
        };
        Status: {
            id: string;
            name: string;
            kind: components["schemas"]["StatusKind"];
        };
        /**
         * @description What a status means to the platform, whatever it is called.
         * @enum {string}
         */
        StatusKind: "open" | "paused" | "closed";
        /** @description A user task, with its case where there is one. */
        TaskBody: {
            /** @default  */
            id: string;
            /** @default  */
            name: string;
            /**
             * Format: int64
             * @default 0
             */
            version: number;
            /** @default  */
            processInstanceId: string;
            /** @default  */
            processDefinitionId: string;
            /** @default  */
            processDefinitionKey: string;
            /** @default  */
            taskDefinitionKey: string;
            /** @default null */
            assignee: string | null;
            /** @default [] */
            candidateUsers: string[];
            /** @default [] */
            candidateGroups: string[];
            /** @default null */
            createdAt: string | null;
            /** @default null */
            dueAt: string | null;
            /** @default null */
            followUpAt: string | null;
            /**
             * Format: int32
             * @default 0
             */
            priority: number;
            /** @default null */
            caseId: string | null;
            /** @default null */
            caseNumber: string | null;
            /** @default null */
            caseTitle: string | null;
            /** @default null */
            formKey: string | null;
        };
        /** @description What a task asks for. */
        TaskForm: {
            /** @description form-js schema; null: the task has no form. */
            form: Record<string, unknown> | null;
            /** @description What the form is filled with: fields of the case, and over them variables of the process. */
            data: Record<string, unknown>;
        };
        /** @description One thing that happened. */
        TimelineItem: {
            /** @description Number of the entry within the case. */
            id: string;
            at: components["schemas"]["Instant"];
            actor: components["schemas"]["Person"];
            /** @description `case-created`, `field-changed`, `stage-changed`, `comment-added`, `task-completed`, `mail-received`, ... */
            kind: string;
            /** @description One sentence. */
            summary: string;
            data: Record<string, unknown>;
        };
        /** @description One of them. */
        To: {
            user: string;
        } | {
            group: string;
        } | {
            email: string;
        };
        /** @description A token: an element instance that was there. */
        TokenBody: {
            processInstanceId: string;
            elementId: string;
            elementName: string | null;
            type: string;
        };
        /** @description Where the bytes go. */
        UploadBody: {
            /** @description Always `PUT`. */
            method: string;
            url: string;
            /** @description To be sent along. */
            headers: {
                [key: string]: string;
            };
            /**
             * Format: date-time
             * @description The upload must have begun by then.
             */
            expiresAt: string;
        };
        /** @description A user a case can be assigned to. */
        UserSummary: {
            id: string;
            name: string;
            email: string;
        };
        ValidateForm: {
            data: Record<string, unknown>;
        };
        /** @description What passed a form. */
        ValidatedForm: {
            /** @description What would be stored: hidden, locked and unknown values are dropped. */
            data: Record<string, unknown>;
        };
        Value: unknown;
        VariableBody: {
            name: string;
            type: string;
            value: components["schemas"]["Value"];
        };
        /** @description One place that is wrong. */
        Violation: {
            /** @description JSON pointer (RFC 6901) into the request body, or `?name` for a query parameter. */
            pointer: string;
            /** @description Stable, kebab case. */
            code: string;
            detail: string;
        };
        WriteComment: {
            /** @description Plain text or Markdown, at most 64 KiB. */
            body: string;
            /** @description Ids of the users who are mentioned; they are told. */
            mentions?: string[];
        };
        Disposition: unknown;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
